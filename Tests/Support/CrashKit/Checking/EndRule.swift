/// Every command that was taken ends.
enum EndRule {
    static func violations(_ facts: CheckedFacts) -> [Violation] {
        facts.acknowledged.compactMap { violation($0, facts) }
    }

    private static func violation(_ taken: CheckedFacts.Acknowledged, _ facts: CheckedFacts) -> Violation? {
        let words = "\(taken.command.words), job \(taken.jobID),"
        guard let job = facts.history.jobs[taken.jobID] else {
            return wasForgotten(taken.jobID, facts)
                ? nil : Violation(.lost, "\(words) was acknowledged, and Redis does not know it")
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

    /// Whether Redis lost its memory after the job's end, which an event or the workers' offset tells of.
    private static func wasForgotten(_ jobID: String, _ facts: CheckedFacts) -> Bool {
        guard facts.history.memoryLosses > 0 else { return false }
        let isCommitted = facts.lastRecord[jobID].map { facts.history.committed[$0.partition] ?? 0 > $0.offset }
        return isCommitted ?? false || facts.terminalEvents[jobID] != nil
    }
}
