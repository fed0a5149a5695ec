import ArgumentParser
import KafkaClient
import NovaContract

/// `nova dead-letters purge`.
struct DeadLettersPurge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Gives dead letters up: they are listed no more, and deleted where nothing before them waits.",
        discussion: """
            Asks first. Kafka deletes from the oldest record on: up to the first letter of a partition that nobody has \
            dealt with, replayed letters among them. What lies behind stays, hidden, until a later purge or the topic's \
            retention; so does all of it where the broker has no request to delete records.
            """
    )

    @OptionGroup var selection: DeadLetterSelectionOptions

    @Flag(name: .long, help: "Do not ask: for scripts.")
    var yes = false

    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let result = try await kafka.withKafka { kafka -> (entries: [DeadLetterEntry], outcome: Purge.Outcome)? in
            let (meant, ledgers) = try await selection.select(in: DeadLetterArchive(kafka: kafka))
            if !selection.places.isEmpty { PassedOver.tell(meant.filter { !$0.isOpen }, "") }
            let entries = meant.filter(\.isOpen)
            guard !entries.isEmpty else { return ([], Purge.Outcome()) }
            guard try await isWanted(entries) else { return nil }
            let outcome = try await kafka.withProducer { producer in
                let purge = Purge(kafka: kafka, producer: producer)
                return try await purge.delete(try await purge.mark(entries, in: ledgers))
            }
            return (entries, outcome)
        }
        guard let result else { throw CommandFailure(.failed, "nothing was purged") }
        show(result.entries, result.outcome)
        guard result.outcome.failed.isEmpty else {
            let reasons = result.outcome.failed.joined(separator: "; ")
            throw CommandFailure(.failed, "purged, but not deleted: \(reasons). A later purge tries again")
        }
    }

    private func isWanted(_ entries: [DeadLetterEntry]) async throws -> Bool {
        if yes { return true }
        let letters = entries.count == 1 ? "the dead letter \(entries[0].reference)" : "\(entries.count) dead letters"
        return await Confirmation.ask("Give up \(letters)? The commands are never carried out. In scripts: --yes")
    }

    private func show(_ entries: [DeadLetterEntry], _ outcome: Purge.Outcome) {
        let console = Console.current
        if output.json { return console.line(Self.json(entries, outcome)) }
        guard !entries.isEmpty else { return console.note("No dead letter to purge.") }
        console.line(entries.count == 1 ? "1 dead letter was purged." : "\(entries.count) dead letters were purged.")
        for deletion in outcome.deleted {
            console.note(
                "Deleted: \(deletion.topic), partition \(deletion.partition), below offset \(deletion.before)."
            )
        }
        for topic in outcome.unsupported {
            console.note(
                "The broker cannot delete records: in \(topic) they stay, hidden, until its retention removes them."
            )
        }
    }

    private static func json(_ entries: [DeadLetterEntry], _ outcome: Purge.Outcome) -> JSONValue {
        [
            "purged": JSONValue(entries.map { "\($0.reference)" }),
            "deleted": .array(
                outcome.deleted.map {
                    [
                        "topic": .string($0.topic), "partition": JSONValue(Int($0.partition)),
                        "before_offset": JSONValue($0.before),
                    ]
                }
            ),
            "not_deletable": JSONValue(outcome.unsupported), "not_deleted": JSONValue(outcome.failed),
        ]
    }
}
