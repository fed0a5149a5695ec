import ArgumentParser

/// `nova topics`.
struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Lists, creates and grows Nova's Kafka topics, and shows how far the workers are behind.",
        subcommands: [TopicsList.self, TopicsCreate.self, TopicsGrow.self, TopicsLag.self]
    )
}
