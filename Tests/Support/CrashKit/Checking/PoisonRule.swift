/// What ends its workers fails and says so, and nothing else is taken for it.
enum PoisonRule {
    static func violations(_ facts: CheckedFacts) -> [Violation] {
        facts.acknowledged.compactMap { taken in
            guard let job = facts.history.jobs[taken.jobID], job.isTerminal else { return nil }
            let isBlamed = job.error?.contains("ended its worker") ?? false
            switch (taken.command.kind, isBlamed) {
            case (.poison, true): return nil
            case (.poison, false):
                let end = "\(job.state) (\(job.error ?? "without an error"))"
                return Violation(.blame, "\(taken.command.words) ends its workers, and is \(end)")
            case (_, true): return Violation(.blame, "\(taken.command.words) was blamed: \(job.error ?? "")")
            case (_, false): return nil
            }
        }
    }
}
