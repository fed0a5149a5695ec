import NovaClient
import Synchronization

/// A client on the channel `jobs` that never gives up: it comes back to another gateway with the last id it has.
package final class Subscriber: Sendable {
    package let number: Int
    private let key: String
    private let history: History
    private let gateways: @Sendable () -> [String]
    /// The last event it has, or where its first subscription began.
    private let lastPlace = Mutex<String?>(nil)
    private let firstSubscription: AsyncStream<Void>
    private let subscribed: AsyncStream<Void>.Continuation

    /// - Parameter gateways: The addresses (`http://…`) at this moment.
    package init(number: Int, key: String, history: History, gateways: @escaping @Sendable () -> [String]) {
        self.number = number
        self.key = key
        self.history = history
        self.gateways = gateways
        (firstSubscription, subscribed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The last event it has.
    package var place: String? { lastPlace.withLock(\.self) }

    /// Returns when it has been told where its first subscription begins: from there on it misses nothing.
    package func waitUntilSubscribed() async {
        for await _ in firstSubscription { return }
    }

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
        var options = NovaClient.Options()
        options.retry = .never
        // The next connection is to the next gateway.
        options.events.reconnects = false
        // A frozen gateway is left soon.
        options.events.silence = .seconds(2)
        options.events.answerDeadline = .seconds(2)
        let client = try NovaClient(url: gateway, apiKey: key, options: options)
        try await client.withEvents(channels: ["jobs"], since: place) { events in
            lastPlace.withLock { $0 = $0 ?? events.position }
            subscribed.yield()
            for try await message in events { take(message) }
        }
    }

    private func take(_ message: NovaEvents.Message) {
        switch message {
        case .event(let event):
            history.add(
                SeenEvent(
                    subscriber: number,
                    id: event.id,
                    name: event.name,
                    jobID: event.jobID ?? "",
                    version: event.data["result"]?["version"]?.int,
                    at: history.now
                )
            )
            lastPlace.withLock { $0 = event.id }
        case .gap(let after, let next):
            history.add(ToldGap(subscriber: number, after: after, next: next, at: history.now))
        case .analytics, .interrupted:
            break
        }
    }
}
