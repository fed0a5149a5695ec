import ArgumentParser
import KafkaClient
import NovaContract
import NovaPools

/// `nova topics grow`.
struct TopicsGrow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grow",
        abstract: "Gives a pool's topic of commands more partitions, so that more workers can share its work.",
        discussion: """
            Let the pool run empty first (`nova topics lag`): commands on one entity may go to another partition from then \
            on, and are in order with those before only where these have ended. Running workers take the new partitions \
            within seconds. A topic cannot be made smaller.
            """
    )

    @Argument(help: "The pool: \(NovaPools.all.map(\.name).joined(separator: ", ")).")
    var pool: Pool

    @Option(name: .long, help: "Partitions in all, 2 to 10000.")
    var partitions: Int

    @OptionGroup var kafka: KafkaOptions

    func validate() throws {
        guard (2...10_000).contains(partitions) else {
            throw ValidationError("--partitions must be a whole number from 2 to 10000, not \(partitions)")
        }
    }

    func run() async throws {
        let (pool, partitions) = (pool, partitions)
        let topic = try await kafka.withAdmin { admin, names, _ in
            let topic = names.commands(pool)
            try await admin.grow(topic, to: partitions)
            return topic
        }
        Console.current.line("\(topic) has \(partitions) partitions now.")
    }
}
