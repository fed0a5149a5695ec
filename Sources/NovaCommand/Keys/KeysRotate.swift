import ArgumentParser
import NovaContract
import NovaStore

/// `nova keys rotate`.
struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Makes a new secret with the rights of a key; the old one works for a while yet.",
        discussion: """
            Both count against limits of their own meanwhile. To end a stolen key at once: --grace 0. The new key of one of \
            a keys file is ruled by `nova keys`, no longer by the file.
            """
    )

    @Argument(help: "Id, or name, of the key.")
    var key: String

    @Option(name: .long, help: "How long the old secret still works: 0, 10m, 24h, 7d.")
    var grace = SpanArgument(milliseconds: 86_400_000)

    @OptionGroup var redis: RedisOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (old, new, secret) = try await redis.withStore { store in
            let old = try KeyReference.resolve(key, in: try await store.apiKeys.list())
            let rotated = try await store.apiKeys.rotate(
                id: old.id,
                grace: grace.duration,
                newID: KeyReference.newID()
            )
            guard let rotated else {
                throw CommandFailure(.failed, "the key \(old.id) has expired: make a new one by `nova keys create`")
            }
            return (old, rotated.key, rotated.secret)
        }
        let end =
            grace.milliseconds == 0
            ? "the old one (\(old.id)) is revoked"
            : "the old one (\(old.id)) works for \(SpanText.of(Double(grace.milliseconds) / 1_000)) more"
        let shown = KeyDescription(key: new)
        shown.print(
            secret: secret,
            headline: "Key \"\(TextLayout.printable(new.name))\" has a new secret; \(end).",
            asJSON: output.json
        )
        try await shown.checkSecretIsShown(redis, consequence: "; \(end)")
    }
}
