import Metrics
import NovaContract
import Synchronization

/// Bounds the wrong keys that come from one address, so that guessing neither succeeds nor costs a round trip to Redis
/// each time.
///
/// Each address has a stock of `limit`, which fills up again within `window`; a wrong key takes one. Where none is left,
/// keys that this gateway does not know as good are refused unseen. Those it knows work on: whoever shares an address with
/// one who guesses is not locked out.
package final class FailedKeys: Sendable {
    private struct Stock {
        var left: Double
        var at: ContinuousClock.Instant
    }

    private let limit: Int
    private let window: Duration
    private let stocks: Mutex<RecentTable<ClientAddress, Stock>>
    private let failures = Counter(label: "nova_http_failed_keys_total")
    private let refusals = Counter(label: "nova_http_failed_keys_refused_total")

    /// - Parameter capacity: addresses that are remembered; those whose last wrong key is longest ago are forgotten first.
    package init(limit: Int, window: Duration, capacity: Int = 65_536) {
        self.limit = limit
        self.window = window
        stocks = Mutex(RecentTable(capacity: capacity))
    }

    package var addressCount: Int { stocks.withLock(\.count) }

    /// - Throws: `RATE_LIMIT_EXCEEDED` where too many wrong keys came from the address.
    func check(_ address: ClientAddress, at now: ContinuousClock.Instant = .now) throws(NovaError) {
        guard let stock = stocks.withLock({ $0.find(address) }) else { return }
        let left = filled(stock, at: now)
        guard left < 1 else { return }
        refusals.increment()
        let seconds = (1 - left) * window.inSeconds / Double(limit)
        throw NovaError(
            .rateLimitExceeded,
            "too many wrong keys came from this address",
            details: [
                .init(
                    "/http.maximum_failed_keys_per_address",
                    "at most \(limit) wrong keys of one address in \(window.components.seconds) s"
                )
            ],
            retryAfter: max(1, Int(seconds.rounded(.up)))
        )
    }

    /// A wrong key came from the address.
    func failed(_ address: ClientAddress, at now: ContinuousClock.Instant = .now) {
        failures.increment()
        stocks.withLock { stocks in
            let left = stocks.find(address).map { filled($0, at: now) } ?? Double(limit)
            stocks.put(Stock(left: max(0, left - 1), at: now), for: address)
        }
    }

    private func filled(_ stock: Stock, at now: ContinuousClock.Instant) -> Double {
        let passed = max(0, stock.at.duration(to: now).inSeconds)
        return min(Double(limit), stock.left + passed * Double(limit) / window.inSeconds)
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
