import ArgumentParser
import NovaContract

/// `nova dead-letters list`.
struct DeadLettersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the dead letters that wait for somebody, oldest first.",
        discussion: "A letter that was written twice, by a worker that died and by its successor, is listed once."
    )

    @OptionGroup var filters: DeadLetterFilterOptions

    @Flag(name: .long, help: "List also those that were replayed or purged, with what became of them.")
    var all = false

    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let filter = filters.filter()
        let entries = try await kafka.withKafka { kafka in
            try await DeadLetterArchive(kafka: kafka).ledgers(of: filters.pool).flatMap(\.entries)
        }
        .filter { (all || $0.isOpen) && filter.matches($0.record) }
        .sorted { ($0.record.diedAt, $0.reference) < ($1.record.diedAt, $1.reference) }
        let console = Console.current
        if output.json {
            let letters = entries.map { JSONValue.object(DeadLetterDescription(entry: $0).json) }
            return console.line(["dead_letters": .array(letters)])
        }
        guard let first = entries.first else { return console.note("No such dead letter.") }
        for line in DeadLetterTable(entries: entries, showsState: all, console: console).lines { console.line(line) }
        console.note(advice(entries.count, first.reference))
    }

    private func advice(_ count: Int, _ first: DeadLetterReference) -> String {
        // The letters that were listed, and no others.
        let options = filters.options()
        let all = filters.narrows ? [] : ["--all-matching"]
        func command(_ name: String) -> String {
            ShellText.command(["nova", "dead-letters", name] + all, options: options)
        }
        return """
            \(count == 1 ? "1 dead letter" : "\(count) dead letters"). One of them with its payload: \
            nova dead-letters show \(first). Once the cause is gone: \(command("replay")). To give them up: \
            \(command("purge")).
            """
    }
}
