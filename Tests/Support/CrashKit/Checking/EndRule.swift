/// Every command that was taken ends.
enum EndRule {
    static func violations(_ facts: CheckedFacts) -> [Violation] {
        facts.acknowledged.compactMap { violation($0, facts) }
    }

    private static func violation(_ taken: CheckedFacts.Acknowledged, _ facts: CheckedFacts) -> Violation? {
        let words = "\(taken.command.words), job \(taken.jobID),"
        guard let job = facts.history.jobs[taken.jobID] else {
            // Redis may forget a job; that it ended can still be known from its event.
            let isKnown = facts.history.memoryLosses > 0 && facts.terminalEvents[taken.jobID] != nil
            return isKnown ? nil : Violation(.lost, "\(words) was acknowledged, and Redis does not know it")
        }
        if job.isTerminal { return nil }
        guard let record = facts.lastRecord[taken.jobID] else {
            return Violation(.lost, "\(words) is \(job.state) and not in the topic")
        }
        let place = "partition \(record.partition), offset \(record.offset)"
        if let committed = facts.history.committed[record.partition], committed > record.offset {
            return Violation(.lost, "\(words) is \(job.state), and its record (\(place)) is committed as done")
        }
        return Violation(.stuck, "\(words) is \(job.state) at the end; its record: \(place)")
    }
}
