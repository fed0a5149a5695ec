import ArgumentParser
import NovaContract
import NovaStore

/// `nova keys revoke`.
struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Ends keys, on every gateway within a second; open WebSockets are closed.",
        discussion: """
            A key of a keys file stays revoked, also when gateways start again with that file, until the file gives it \
            another secret. Only where Redis loses its memory does it come back: take it out of the file as well.
            """
    )

    @Argument(help: "Ids, or names, of the keys.")
    var keys: [String]

    @OptionGroup var redis: RedisOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let revoked = try await redis.withStore { store in
            let known = try await store.apiKeys.list()
            // All are found before the first is revoked: a misspelled one revokes none.
            let meant = try keys.map { try KeyReference.resolve($0, in: known) }
            for key in meant where try await !store.apiKeys.revoke(id: key.id) {
                throw CommandFailure(.failed, "the key \(key.id) is gone already")
            }
            return meant
        }
        let console = Console.current
        if output.json { return console.line(["revoked": JSONValue(revoked.map(\.id))]) }
        for key in revoked {
            console.line("Key \"\(TextLayout.printable(key.name))\" (\(key.id)) is revoked.")
            if key.isConfigured {
                console.note(
                    "It is in a keys file: its secret stays revoked over starts, a new secret there works. Take it out of the "
                        + "file as well."
                )
            }
        }
    }
}
