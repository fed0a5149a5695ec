/// Every job that failed by its worker left a dead letter, and every dead letter is of a failed job.
enum DeadLetterRule {
    static func violations(_ facts: CheckedFacts) -> [Violation] {
        guard facts.history.hasDeadLetters else { return [] }
        let records = facts.history.records.filter { $0.topic == .deadLetters && !$0.jobID.isEmpty }
        let letters = Set(records.map(\.jobID))
        // A job that was withdrawn, because its command was not published, fails without an event and without a letter.
        let failed = facts.terminalEvents.values.filter { $0.name == "job.failed" }.map(\.jobID)
        return failed.sorted().filter { !letters.contains($0) }.map { jobID in
            let error = facts.history.jobs[jobID]?.error ?? ""
            return Violation(.deadLetter, "job \(jobID) failed (\(error)) without a dead letter")
        }
            + letters.sorted().compactMap { jobID in
                guard let job = facts.history.jobs[jobID], job.state != "failed" else { return nil }
                return Violation(.deadLetter, "job \(jobID) has a dead letter and is \(job.state)")
            }
    }
}
