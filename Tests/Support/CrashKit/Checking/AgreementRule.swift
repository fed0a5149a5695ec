/// Redis, the events and the answers say the same of a job.
enum AgreementRule {
    static func violations(_ facts: CheckedFacts) -> [Violation] {
        // A job whose end Redis forgot may be done once more, and ends then with another version.
        facts.history.memoryLosses == 0 ? events(facts) + answers(facts) : []
    }

    private static func events(_ facts: CheckedFacts) -> [Violation] {
        facts.terminalEvents.sorted { $0.key < $1.key }.compactMap { jobID, event in
            guard let job = facts.history.jobs[jobID] else { return nil }
            if event.name == "job.\(job.state)" && event.version == job.version { return nil }
            let told = "\(event.name), version \(words(event.version))"
            return Violation(
                .disagreement,
                "job \(jobID): its event told \(told); Redis has \(job.state), version \(words(job.version))"
            )
        }
    }

    private static func answers(_ facts: CheckedFacts) -> [Violation] {
        facts.history.answers.compactMap { answer in
            guard answer.status == 200, let jobID = answer.jobID, let job = facts.history.jobs[jobID] else {
                return nil
            }
            if job.state == "completed" && job.version == answer.version { return nil }
            let told = "200, version \(words(answer.version))"
            return Violation(
                .disagreement,
                "job \(jobID): its client read \(told); Redis has \(job.state), version \(words(job.version))"
            )
        }
    }

    private static func words(_ version: Int?) -> String { version.map(String.init) ?? "none" }
}
