import FlowPool
import NovaContract
import NovaStore
import NovaTestKit
import WebSocketClient

@testable import Gateway

extension Stage {
    /// Makes a key and returns its secret.
    func key(
        owner: String = "tester",
        id: String = uniqueName("key"),
        permissions: [String] = ["read", "write"],
        domains: [String] = ["*"],
        expiresAt: Int64? = nil
    ) async throws -> String {
        let secret = APIKeySecret.make()
        try await store.apiKeys.put(
            Self.record(
                secret,
                owner: owner,
                id: id,
                permissions: permissions,
                domains: domains,
                expiresAt: expiresAt
            )
        )
        return secret
    }

    static func record(
        _ secret: String,
        owner: String = "tester",
        id: String = uniqueName("key"),
        permissions: [String] = ["read", "write"],
        domains: [String] = ["*"],
        expiresAt: Int64? = nil
    ) -> APIKey {
        APIKey(
            id: id,
            hash: APIKeySecret.hash(secret),
            name: id,
            owner: owner,
            permissions: permissions.compactMap(Permission.init),
            domains: domains,
            defaultDomain: domains.first == "*" ? "professional" : domains.first ?? "professional",
            limit: 1_000_000,
            window: 60,
            expiresAt: expiresAt,
            createdAt: Timestamp.milliseconds()
        )
    }

    /// A command of this owner, of which events can be told.
    func command(owner: String = "tester", flow: String = "nightly", domain: String = "professional") -> Command {
        Command(
            jobID: UUIDv7.make(),
            kind: .optimizeFlow,
            entityID: flow,
            owner: owner,
            domain: domain,
            keyID: "key",
            requestID: "request",
            createdAt: Timestamp.milliseconds(),
            payload: []
        )
    }

    /// Starts a command's job, which is one event, and returns its id.
    @discardableResult
    func begin(_ command: Command) async throws -> EventID {
        _ = try await store.jobs.start(command, worker: "test", run: "r")
        return try await newest(command.owner)
    }

    /// Tells progress of a started job `count` times: one event each.
    func progress(_ command: Command, from first: Int = 0, _ count: Int, message: String = "") async throws {
        for step in first..<(first + count) {
            _ = try await store.jobs.progress(
                command,
                run: "r",
                fraction: Double(step) / Double(first + count),
                message: message,
                details: ["step": JSONValue(step)]
            )
        }
    }

    func newest(_ owner: String = "tester") async throws -> EventID {
        try await store.events.newest(owner: owner) ?? .start
    }

    /// Opens a socket with a key in the header.
    func connect(
        _ secret: String,
        options: WebSocketOptions = WebSocketOptions(),
        _ body: @Sendable (WebSocketConnection) async throws -> Void
    ) async throws {
        try await WebSocketClient.connect(url: url, headers: [("X-API-Key", secret)], options: options) {
            try await body($0)
        }
    }

    /// Waits for something that has no signal of its own, for up to ten seconds.
    func waitUntil(_ isTrue: @Sendable () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !isTrue() {
            guard .now < deadline else { throw Closed(code: 0, reason: "waited in vain") }
            await Task.yield()
        }
    }
}
