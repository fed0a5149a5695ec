import FlowPool
import NovaContract

/// A history, arranged as the rules look at it.
struct CheckedFacts {
    /// A command that Nova took, and the job it became.
    struct Acknowledged {
        let command: SentCommand
        let jobID: String
    }

    /// A change of a flow that was completed.
    struct Effect {
        let jobID: String
        let version: Int
    }

    let history: HistoryRecord
    let sent: [Int: SentCommand]
    let answers: [Int: [CommandAnswer]]
    /// In the order in which they were sent.
    let acknowledged: [Acknowledged]
    /// The jobs of each key in the order of the topic; of a record that is there twice the first one counts.
    let topicOrder: [String: [String]]
    let kinds: [String: String]
    /// The last record of each job.
    let lastRecord: [String: SeenRecord]
    let eventsOfSubscriber: [Int: [SeenEvent]]
    /// How each job ended, as the first event of its end told.
    let terminalEvents: [String: SeenEvent]
    let subscribersWithGap: Set<Int>
    /// Of each key, in the order of the topic.
    let effects: [String: [Effect]]

    init(_ history: HistoryRecord) {
        self.history = history
        let sent = Dictionary(uniqueKeysWithValues: history.sent.map { ($0.id, $0) })
        self.sent = sent
        answers = Dictionary(grouping: history.answers, by: \.command)
        acknowledged = Self.acknowledged(sent, answers)
        let commands = history.records.filter { $0.topic == .commands }
        topicOrder = Self.topicOrder(commands)
        kinds = Dictionary(commands.map { ($0.jobID, $0.kind) }, uniquingKeysWith: { first, _ in first })
        lastRecord = Dictionary(commands.map { ($0.jobID, $0) }, uniquingKeysWith: { $0.offset > $1.offset ? $0 : $1 })
        eventsOfSubscriber = Dictionary(grouping: history.events, by: \.subscriber)
        terminalEvents = Dictionary(
            history.events.filter(\.isTerminal).map { ($0.jobID, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        subscribersWithGap = Set(history.gaps.map(\.subscriber))
        effects = Self.effects(topicOrder, kinds, history.jobs, terminalEvents)
    }

    private static func acknowledged(
        _ sent: [Int: SentCommand],
        _ answers: [Int: [CommandAnswer]]
    ) -> [Acknowledged] {
        sent.values.sorted { $0.id < $1.id }.compactMap { command in
            let jobID = answers[command.id]?.first { $0.isAcknowledgement }?.jobID
            return jobID.map { Acknowledged(command: command, jobID: $0) }
        }
    }

    private static func topicOrder(_ records: [SeenRecord]) -> [String: [String]] {
        var known: Set<String> = []
        var order: [String: [String]] = [:]
        for record in records.sorted(by: { ($0.partition, $0.offset) < ($1.partition, $1.offset) }) {
            if known.insert(record.jobID).inserted { order[record.key, default: []].append(record.jobID) }
        }
        return order
    }

    private static func effects(
        _ order: [String: [String]],
        _ kinds: [String: String],
        _ jobs: [String: FinalJob],
        _ events: [String: SeenEvent]
    ) -> [String: [Effect]] {
        let changes: Set = [CommandKind.storeFlow.name, CommandKind.deleteFlow.name]
        return order.mapValues { jobIDs in
            jobIDs.compactMap { jobID in
                guard changes.contains(kinds[jobID] ?? "") else { return nil }
                let version = jobs[jobID]?.version ?? events[jobID]?.version
                return version.map { Effect(jobID: jobID, version: $0) }
            }
        }
    }
}
