import ArgumentParser
import NovaContract
import NovaStore

/// `nova keys create`.
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a key and shows its secret, once."
    )

    @Argument(help: "Name of the key, for people and for `revoke` and `rotate`.")
    var name: String

    @Option(
        name: .long,
        help: """
            What it may do, separated by commas: read, write, admin, or one of them in one area, such as \
            flows:write. Areas: \(Permission.areas.sorted().joined(separator: ", ")).
            """
    )
    var permissions = "read,write"

    @Option(name: .long, help: "Domains it may touch, separated by commas; * for all.")
    var domains = "*"

    @Option(name: .long, help: "Domain of requests that name none. Else the first of --domains, else \"default\".")
    var defaultDomain: String?

    @Option(name: .long, help: "Requests it may make in any window, counted over all gateways.")
    var limit = 100

    @Option(name: .long, help: "Length of the window: 60s, 5m, 1h.")
    var window = SpanArgument(milliseconds: 60_000)

    @Option(name: .long, help: "How long it is good, such as 12h or 90d. Without it: until it is revoked.")
    var expiresIn: SpanArgument?

    @Option(name: .long, help: "Whose jobs and events it sees; keys with one owner share them. Else the name.")
    var owner: String?

    @OptionGroup var redis: RedisOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        _ = try request(now: 0)
    }

    func run() async throws {
        let secret = APIKeySecret.make()
        let key = try request(now: Timestamp.milliseconds())
            .key(id: KeyReference.newID(), hash: APIKeySecret.hash(secret))
        try await redis.withStore { store in
            let namesakes = try await store.apiKeys.list().filter {
                $0.name == name && !$0.isExpired(at: key.createdAt)
            }
            if let other = namesakes.first {
                throw CommandFailure(
                    .failed,
                    "there is a key named \"\(name)\" already (id \(other.id)): choose another name, or use "
                        + "`nova keys rotate` for a new secret"
                )
            }
            try await store.apiKeys.put(key)
        }
        let shown = KeyDescription(key: key)
        shown.print(secret: secret, headline: "Key \"\(name)\" created.", asJSON: output.json)
        try await shown.checkSecretIsShown(redis)
    }

    private func request(now: Int64) throws -> KeyRequest {
        try KeyRequest(
            name: name,
            owner: owner,
            permissions: permissions,
            domains: domains,
            defaultDomain: defaultDomain,
            limit: limit,
            window: window,
            expiresIn: expiresIn,
            now: now
        )
    }
}
