import ArgumentParser
import KafkaClient
import NovaContract
import Synchronization

/// `nova dead-letters replay`.
struct DeadLettersReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Sends the original commands of dead letters again, to where they came from.",
        discussion: """
            Commands of one entity are sent in their old order, each with as much time as it had at first. A letter is \
            marked as replayed once Kafka has its command; a command that fails again is a new letter. Should this stop \
            half way, run it again: a letter begins its failed job once, however often it is replayed.
            """
    )

    @OptionGroup var selection: DeadLetterSelectionOptions

    @Flag(
        name: .long,
        help: """
            Also letters that were replayed or purged: for one that was purged by mistake. Where the letter's replay has \
            begun the job, it is not begun again.
            """
    )
    var again = false

    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (sent, fault, count) = try await kafka.withKafka { kafka in
            let archive = DeadLetterArchive(kafka: kafka)
            let (meant, _) = try await selection.select(in: archive)
            let entries = try await replayable(meant, kafka)
            let (sent, fault) = try await replay(entries, archive)
            return (sent, fault, entries.count)
        }
        if output.json { Console.current.line(["replayed": .array(sent.map(\.json))]) }
        if let fault { throw failure(fault, "\(sent.count) of \(count) dead letters were replayed") }
        Console.current.note(Self.summary(sent.count))
    }

    /// Those that are not resolved yet, after a look at whether they can be sent at all: else none is.
    private func replayable(_ meant: [DeadLetterEntry], _ kafka: ToolKafka) async throws -> [DeadLetterEntry] {
        let entries = meant.filter { again || $0.isOpen }
        if !selection.places.isEmpty {
            PassedOver.tell(meant.filter { !again && !$0.isOpen }, "--again sends it again")
        }
        let topics = Set(try await kafka.admin.listTopics())
        return try entries.filter { entry in
            guard let letter = entry.record.letter else {
                let reason = "\(entry.reference) is no dead letter of Nova, so it cannot be replayed; purge gives it up"
                guard selection.places.isEmpty else { throw CommandFailure(.failed, reason) }
                Console.current.note(reason)
                return false
            }
            guard topics.contains(letter.topic) else {
                throw CommandFailure(.failed, "\(entry.reference) came from the topic \(letter.topic), which is gone")
            }
            return true
        }
    }

    private func replay(
        _ entries: [DeadLetterEntry],
        _ archive: DeadLetterArchive
    ) async throws -> (sent: [Replay.Sent], fault: Replay.Fault?) {
        guard !entries.isEmpty else { return ([], nil) }
        let sent = Mutex<[Replay.Sent]>([])
        let console = Console.current
        let isText = !output.json
        let fault = try await archive.kafka.withProducer { producer in
            try await Replay(archive: archive, producer: producer).run(entries) { one in
                sent.withLock { $0.append(one) }
                if isText { console.line(one.text) }
            }
        }
        return (sent.withLock { $0 }, fault)
    }

    private func failure(_ fault: Replay.Fault, _ done: String) -> CommandFailure {
        CommandFailure(
            fault.isRetriable ? .unavailable : .failed,
            "\(done). \(fault.entry.reference): \(fault.reason). Run it again for the rest"
        )
    }

    private static func summary(_ count: Int) -> String {
        switch count {
        case 0: "No dead letter to replay."
        case 1: "1 dead letter was replayed. Whether it fails again: nova dead-letters list"
        default: "\(count) dead letters were replayed. Whether any fails again: nova dead-letters list"
        }
    }
}

extension Replay.Sent {
    fileprivate var text: String {
        let job = entry.record.jobID.isEmpty ? "" : ", job " + TextLayout.printable(entry.record.jobID)
        return "\(entry.reference) was sent to \(topic) \(delivery.partition):\(delivery.offset)\(job)"
    }

    fileprivate var json: JSONValue {
        [
            "letter": .string("\(entry.reference)"), "job_id": .string(entry.record.jobID), "topic": .string(topic),
            "partition": JSONValue(Int(delivery.partition)), "offset": JSONValue(delivery.offset),
        ]
    }
}
