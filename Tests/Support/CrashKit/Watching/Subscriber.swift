import AsyncPrimitives
import NovaContract
import Synchronization
import WebSocketClient

/// A client on the channel `jobs` that never gives up: it comes back to another gateway with the last id it has.
package final class Subscriber: Sendable {
    private struct Silent: Error {}

    private struct State {
        /// The last event it has, or where its first subscription began.
        var place: String?
        var lastHeard = ContinuousClock.now
        var isAsked = false
    }

    package let number: Int
    private let key: String
    private let history: History
    private let gateways: @Sendable () -> [String]
    private let state = Mutex(State())
    private let subscribed = AsyncEvent()

    /// - Parameter gateways: The addresses (`http://…`) at this moment.
    package init(number: Int, key: String, history: History, gateways: @escaping @Sendable () -> [String]) {
        self.number = number
        self.key = key
        self.history = history
        self.gateways = gateways
    }

    /// The last event it has.
    package var place: String? { state.withLock(\.place) }

    /// Returns when it has been told where its first subscription begins: from there on it misses nothing.
    ///
    /// - Throws: `CancellationError`.
    package func waitUntilSubscribed() async throws { try await subscribed.wait() }

    /// Works until it is cancelled.
    package func run() async {
        for attempt in 0... {
            let addresses = gateways()
            do {
                try await connect(to: addresses[(number + attempt) % addresses.count])
            } catch {
                // Gateways come and go in these tests; what matters is what is missing in the end.
            }
            do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
        }
    }

    // MARK: - One connection

    private func connect(to gateway: String) async throws {
        let url = gateway.replacing("http://", with: "ws://") + "/api/ws"
        try await WebSocketClient.connect(url: url, headers: [("X-API-Key", key)]) { connection in
            try await connection.send(text: subscription.jsonString)
            state.withLock { $0.lastHeard = .now }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.read(connection) }
                group.addTask { try await self.watch(connection) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private var subscription: JSONValue {
        var message: JSONObject = ["type": "subscribe", "channels": ["jobs"]]
        if let place { message["after"] = .string(place) }
        return .object(message)
    }

    private func read(_ connection: WebSocketConnection) async throws {
        for try await message in connection.messages {
            guard case .text(let text) = message else { return }
            state.withLock { state in
                state.lastHeard = .now
                state.isAsked = false
            }
            try take(JSONValue(parsing: text))
        }
    }

    /// A frozen gateway says nothing and closes nothing: it is asked, and left when it does not answer.
    private func watch(_ connection: WebSocketConnection) async throws {
        while true {
            try await Task.sleep(for: .milliseconds(500))
            let (silence, isAsked) = state.withLock { ($0.lastHeard.duration(to: .now), $0.isAsked) }
            if silence > .seconds(4) { throw Silent() }
            if silence > .seconds(2), !isAsked {
                state.withLock { $0.isAsked = true }
                try await connection.send(text: #"{"type":"ping"}"#)
            }
        }
    }

    // MARK: - Messages

    private func take(_ message: JSONValue) {
        switch message["type"] {
        case "event": take(event: message)
        case "gap": take(gap: message)
        case "subscribed": begin(message)
        default: break
        }
    }

    private func take(event: JSONValue) {
        let id = event["id"]?.stringValue ?? ""
        history.add(
            SeenEvent(
                subscriber: number,
                id: id,
                name: event["event"]?.stringValue ?? "",
                jobID: event["data"]?["job_id"]?.stringValue ?? "",
                version: event["data"]?["result"]?["version"]?.intValue,
                at: history.now
            )
        )
        state.withLock { $0.place = id }
    }

    private func take(gap: JSONValue) {
        history.add(
            ToldGap(
                subscriber: number,
                after: gap["after"]?.stringValue ?? "",
                next: gap["next"]?.stringValue,
                at: history.now
            )
        )
    }

    private func begin(_ message: JSONValue) {
        state.withLock { state in
            if state.place == nil { state.place = message["last_id"]?.stringValue }
        }
        subscribed.set()
    }
}
