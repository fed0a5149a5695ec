import ArgumentParser
import KafkaClient
import NovaContract

/// `nova topics list`.
struct TopicsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the topics below the prefix, with partitions and replicas."
    )

    @Flag(name: .long, help: "List all topics of the cluster.")
    var all = false

    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let topics = try await kafka.withAdmin { admin, names, _ in
            let wanted = try await admin.listTopics().filter { all || $0.hasPrefix(names.prefix + ".") }
            return try await admin.describe(wanted)
        }
        let console = Console.current
        if output.json { return console.line(["topics": .array(topics.map(\.json))]) }
        guard !topics.isEmpty else {
            return console.note("There is no topic of Nova. Make them: nova topics create")
        }
        var table = TextTable("TOPIC", "PARTITIONS", "REPLICAS", "STATE")
        for topic in topics {
            table.add(topic.name, "\(topic.partitions.count)", "\(topic.replicas)", topic.state)
        }
        for line in table.lines { console.line(line) }
    }
}

extension KafkaTopicDescription {
    fileprivate var replicas: Int { partitions.map(\.replicas.count).min() ?? 0 }
    private var leaderless: Int { partitions.count { $0.leader == nil } }
    private var lagging: Int { partitions.count { $0.inSyncReplicas.count < $0.replicas.count } }

    fileprivate var state: String {
        if leaderless > 0 { return "\(leaderless) partitions have no leader" }
        return lagging > 0 ? "\(lagging) partitions lack replicas in sync" : "ok"
    }

    fileprivate var json: JSONValue {
        [
            "name": .string(name), "partitions": JSONValue(partitions.count), "replicas": JSONValue(replicas),
            "without_leader": JSONValue(leaderless), "lacking_replicas": JSONValue(lagging),
        ]
    }
}
