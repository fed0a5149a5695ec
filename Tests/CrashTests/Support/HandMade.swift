import CrashKit

/// Writes histories by hand: everything goes well unless a test changes it.
struct HandMade {
    var record = HistoryRecord()
    private var offset: Int64 = 0
    private var event = 0
    private var versions: [String: Int] = [:]

    static let partition: Int32 = 0

    init(subscribers: Int = 1) {
        record.subscribers = subscribers
        record.committed = [Self.partition: 1_000]
    }

    static func key(_ flow: String) -> String { "flow:professional:\(flow)" }

    /// A command that is sent, taken, published, carried out and told of.
    ///
    /// Returns its job's id.
    @discardableResult
    mutating func done(_ kind: SentCommand.Kind = .store, flow: String = "f", writer: Int = 0) -> String {
        let job = send(kind, flow: flow, writer: writer)
        publish(job, kind: kind, flow: flow)
        switch kind {
        case .store, .delete:
            versions[flow, default: 0] += 1
            end(job, version: versions[flow])
            record.flowVersions[Self.key(flow)] = versions[flow]
        case .optimize, .hard:
            end(job)
        case .invalid:
            end(job, state: "failed")
            bury(job)
        case .poison:
            end(job, state: "failed", error: "SERVICE_ERROR: given up after 5 attempts: it ended its worker 5 times")
            bury(job)
        }
        return job
    }

    mutating func send(_ kind: SentCommand.Kind = .store, flow: String = "f", writer: Int = 0) -> String {
        let id = record.sent.count
        let command = SentCommand(id: id, writer: writer, kind: kind, flowID: flow, idempotencyKey: "k\(id)", at: id)
        record.sent.append(command)
        record.answers.append(CommandAnswer(command: id, status: 202, jobID: "job-\(id)"))
        return "job-\(id)"
    }

    mutating func publish(_ job: String, kind: SentCommand.Kind = .store, flow: String = "f") {
        let type = ["store": "flow.store", "delete": "flow.delete", "optimize": "flow.optimize"][kind.rawValue]
        record.records.append(
            SeenRecord(
                topic: .commands,
                partition: Self.partition,
                offset: offset,
                key: Self.key(flow),
                jobID: job,
                kind: type ?? "flow.store"
            )
        )
        offset += 1
    }

    mutating func end(_ job: String, state: String = "completed", version: Int? = nil, error: String? = nil) {
        record.jobs[job] = FinalJob(state: state, version: version, error: error)
        tell(job, "job.\(state)", version: version)
    }

    mutating func tell(_ job: String, _ name: String, version: Int? = nil) {
        event += 1
        for subscriber in 0..<record.subscribers {
            record.events.append(
                SeenEvent(subscriber: subscriber, id: "1000-\(event)", name: name, jobID: job, version: version)
            )
        }
    }

    mutating func bury(_ job: String) {
        let place = Int64(record.records.count)
        record.records.append(
            SeenRecord(topic: .deadLetters, partition: 0, offset: place, key: "", jobID: job, kind: "flow.store")
        )
    }

    /// The kinds of what the checker finds, each once.
    var findings: Set<Violation.Kind> { Set(Checker(record).verdict().violations.map(\.kind)) }
}
