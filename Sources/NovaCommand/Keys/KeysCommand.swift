import ArgumentParser

/// `nova keys`.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes, lists, revokes and rotates API keys.",
        discussion: """
            Works on Redis itself, so it needs no key. A revoked key stops working on every gateway within a second, \
            open WebSockets included.
            """,
        subcommands: [KeysCreate.self, KeysList.self, KeysRevoke.self, KeysRotate.self]
    )
}
