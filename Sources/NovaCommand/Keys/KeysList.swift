import ArgumentParser
import NovaContract
import NovaStore

/// `nova keys list`.
struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the keys, oldest first. Secrets are kept nowhere, so none is shown."
    )

    @OptionGroup var redis: RedisOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let keys = try await redis.withStore { try await $0.apiKeys.list() }
        let console = Console.current
        if output.json {
            return console.line(["keys": .array(keys.map { KeyDescription(key: $0).json })])
        }
        guard !keys.isEmpty else {
            return console.note("There is no key. Make one: nova keys create NAME")
        }
        var table = TextTable("ID", "NAME", "OWNER", "PERMISSIONS", "DOMAINS", "LIMIT", "EXPIRES", "FROM")
        for key in keys {
            let shown = KeyDescription(key: key)
            table.add(
                key.id,
                key.name,
                key.owner,
                shown.permissions,
                shown.domains,
                shown.limit,
                shown.expiry,
                shown.origin
            )
        }
        for line in table.lines { console.line(line) }
    }
}
