import ArgumentParser

/// `nova dead-letters`.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Shows the commands that no worker could carry out, replays them, or gives them up.",
        discussion: """
            A command that failed for good, and a record that is no command, lies as a dead letter in its pool's topic \
            PREFIX.POOL.dead-letters. A letter is named by its place, POOL/PARTITION:OFFSET. It waits there until it is \
            replayed or purged, or Kafka removes it by the topic's retention.
            """,
        subcommands: [DeadLettersList.self, DeadLettersShow.self, DeadLettersReplay.self, DeadLettersPurge.self]
    )
}
