import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NovaContract

/// Speaks to a gateway over HTTP.
struct NovaAPI: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: JSONValue
    }

    let address: APIAddress
    let key: String

    /// Longer than a gateway lets a client wait.
    private static let deadline = TimeAmount.seconds(90)
    /// No answer of Nova is larger: a result of ten thousand steps has about two megabytes.
    private static let maximumAnswer = 64 << 20

    func get(_ path: String, query: [(String, String?)] = []) async throws -> JSONValue {
        try await send(.GET, path, query: query).body
    }

    func delete(_ path: String) async throws -> Answer {
        try await send(.DELETE, path)
    }

    func put(_ path: String, body: JSONValue) async throws -> Answer {
        try await send(.PUT, path, body: body)
    }

    /// - Parameter prefer: The `Prefer` header (RFC 7240).
    func post(_ path: String, body: JSONValue, prefer: String? = nil) async throws -> Answer {
        try await send(.POST, path, body: body, prefer: prefer)
    }

    /// For the life of the process.
    ///
    /// A person is told at once that nobody answers; the client would else try again until the deadline.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// - Throws: `CommandFailure`: unavailable where nobody answers, else by what the gateway said.
    private func send(
        _ method: HTTPMethod,
        _ path: String,
        query: [(String, String?)] = [],
        body: JSONValue? = nil,
        prefer: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address.url(path, query: query))
        request.method = method
        request.headers.add(name: "X-API-Key", value: key)
        request.headers.add(name: "User-Agent", value: "nova")
        if let prefer { request.headers.add(name: "Prefer", value: prefer) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.jsonBytes))
        }
        let (status, bytes) = try await exchange(request)
        return try answer(status, bytes)
    }

    private func exchange(_ request: HTTPClientRequest) async throws -> (Int, ByteBuffer) {
        do {
            let response = try await Self.client.execute(request, timeout: Self.deadline)
            return (Int(response.status.code), try await response.body.collect(upTo: Self.maximumAnswer))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw APIFailure.unreachable(address, error)
        }
    }

    private func answer(_ status: Int, _ bytes: ByteBuffer) throws -> Answer {
        let body: JSONValue
        do throws(JSONReadError) {
            body = try JSONValue(parsing: bytes.readableBytesView)
        } catch {
            throw CommandFailure(
                .failed,
                "\(address) answered with HTTP status \(status) and what is not JSON: is it a gateway of Nova?"
            )
        }
        guard (200..<300).contains(status) else { throw APIFailure.refused(status: status, body: body) }
        return Answer(status: status, body: body)
    }
}
