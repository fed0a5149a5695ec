import NovaClient
import NovaContract

/// A gateway as the commands use it: values are `JSONValue`, and what goes wrong is said for a person.
///
/// Nothing is sent again: a person is told at once, and decides.
struct NovaAPI: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: JSONValue
    }

    private let client: NovaClient

    /// - Throws: `CommandFailure` where the address is none.
    init(url: String, key: String) throws(CommandFailure) {
        var options = NovaClient.Options()
        options.retry = .never
        options.userAgent = "nova"
        do throws(NovaClientError) {
            client = try NovaClient(url: url, apiKey: key, options: options)
        } catch {
            throw CommandFailure(.usage, "\"\(url)\" is not the address of a gateway: give http://HOST:PORT")
        }
    }

    func get(_ path: String, query: [(name: String, value: String?)] = []) async throws -> JSONValue {
        try await answered { try await client.get(path, query: query).value }
    }

    func delete(_ path: String) async throws -> Answer { try await send(.delete, path) }

    func put(_ path: String, body: JSONValue) async throws -> Answer { try await send(.put, path, body: body) }

    func post(_ path: String, body: JSONValue, prefer: NovaClient.Preference? = nil) async throws -> Answer {
        try await send(.post, path, body: body, prefer: prefer)
    }

    /// As `NovaClient` does it.
    func endOfJob(_ id: String) async throws -> JSONValue {
        try await answered { try await client.endOfJob(id).json.value }
    }

    /// As `NovaClient` does it.
    func withEvents<R>(
        channels: [String],
        since: String? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (NovaEvents) async throws -> R
    ) async throws -> R {
        try await answered { try await client.withEvents(channels: channels, since: since, body) }
    }

    private func send(
        _ method: NovaClient.Method,
        _ path: String,
        body: JSONValue? = nil,
        prefer: NovaClient.Preference? = nil
    ) async throws -> Answer {
        try await answered {
            let answer = try await client.send(
                method,
                path,
                body: body.map { .json(JSON($0)) },
                options: .init(preference: prefer)
            )
            return Answer(status: answer.status, body: try answer.json.value)
        }
    }

    private func answered<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> R
    ) async throws -> R {
        do { return try await body() } catch let error as NovaClientError {
            throw CommandFailure(error, url: client.url)
        }
    }
}

extension CommandFailure {
    /// What a person is told of an error of the gateway at this address.
    init(_ error: NovaClientError, url: String) {
        switch error {
        case .refused(let problem):
            let status = problem.status ?? ErrorCode(rawValue: problem.code.rawValue)?.status ?? 500
            self.init(Self.kind(status), TextLayout.printableLines(problem.description))
        case .invalidAnswer(let status, let reason):
            self.init(
                Self.kind(status),
                "\(url) answered with HTTP status \(status) and \(reason): is it a gateway of Nova?"
            )
        case .disconnected(1008, let reason):
            self.init(.refused, TextLayout.printableLines("the gateway ended the connection: \(reason)"))
        case .invalidRequest:
            self.init(.usage, TextLayout.printableLines("\(error)"))
        case .unreachable(let reason):
            self.init(
                .unavailable,
                "no answer from \(url): \(reason). Is Nova running there? Start it by `nova dev`, or name another gateway by --url"
            )
        case .timedOut, .disconnected, .invalidJSON:
            self.init(.unavailable, TextLayout.printableLines("\(url): \(error)"))
        }
    }

    private static func kind(_ status: Int) -> Kind {
        switch status {
        case 401, 403: .refused
        case 429, 500...: .unavailable
        default: .failed
        }
    }
}
