import ArgumentParser
import KafkaClient
import NovaContract
import NovaPools
import NovaProcess

/// `nova topics create`.
struct TopicsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes the pools' topics, for commands and dead letters; those that are there are left as they are.",
        discussion: """
            A topic of dead letters has one partition: they are few, and lie in the order in which commands were given \
            up. The embedded Kafka of `nova dev` makes its topics itself and does not take this request.
            """
    )

    @Argument(help: "Pools; all where none is named: \(NovaPools.all.map(\.name).joined(separator: ", ")).")
    var pools: [Pool] = []

    @Option(
        name: .long,
        help: "Partitions of commands: the most workers that can share a pool's work. Else topics.partitions, else 8."
    )
    var partitions: Int32?

    @Option(
        name: .long,
        help: """
            Copies of each record; 3 where the cluster has as many brokers. Else topics.replication_factor, else the \
            broker's default.
            """
    )
    var replication: Int32?

    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let partitions, !(1...10_000).contains(partitions) {
            throw ValidationError("--partitions must be a whole number from 1 to 10000, not \(partitions)")
        }
        if let replication, !(1...100).contains(replication) {
            throw ValidationError("--replication must be a whole number from 1 to 100, not \(replication)")
        }
    }

    func run() async throws {
        let outcomes = try await kafka.withAdmin { admin, names, standard in
            var topics = standard
            topics.partitions = partitions ?? standard.partitions
            topics.replicationFactor = replication ?? standard.replicationFactor
            let wanted = topics.topics(of: pools.isEmpty ? NovaPools.all : pools, names: names)
            return try await admin.createTopics(wanted)
        }
        .sorted { $0.key < $1.key }
        show(outcomes)
        let failed = outcomes.count { $0.value.isFailure }
        guard failed == 0 else { throw CommandFailure(.failed, "\(failed) of \(outcomes.count) topics were not made") }
    }

    private func show(_ outcomes: [(key: String, value: KafkaTopicCreation)]) {
        let console = Console.current
        if output.json {
            let topics = outcomes.map { name, outcome -> JSONValue in
                ["name": .string(name), "outcome": .string(outcome.text)]
            }
            return console.line(["topics": .array(topics)])
        }
        var table = TextTable("TOPIC", "OUTCOME")
        for (name, outcome) in outcomes { table.add(name, outcome.text) }
        for line in table.lines { console.line(line) }
    }
}

extension KafkaTopicCreation {
    fileprivate var isFailure: Bool {
        guard case .failed = self else { return false }
        return true
    }

    fileprivate var text: String {
        switch self {
        case .created: "created"
        case .alreadyExists: "was there already"
        case .failed(let error): "failed: \(error)"
        }
    }
}
