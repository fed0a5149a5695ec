import Metrics
package import NovaContract

/// The refusing of requests that are right but too many; each is counted.
///
/// None of them is counted against its key's budget: nothing was done for it, and counting would ask the store for one
/// more thing just when there is too much to do.
package struct Overload: Sendable {
    /// The bounds of a gateway at which it refuses.
    package enum Bound: String, CaseIterable {
        /// Requests of all keys at once.
        case requests
        /// Requests of one key at once.
        case requestsOfKey = "requests_of_key"
        /// Bytes of all bodies at once.
        case bodies
        /// Records, or their bytes, that wait for Kafka.
        case queue

        fileprivate var problem: String {
            switch self {
            case .requests: "too many requests at once"
            case .requestsOfKey: "too many requests of this key at once"
            case .bodies: "too many large requests at once"
            case .queue: "too many commands wait for Kafka"
            }
        }
    }

    private let counters: [Bound: Counter]

    package init() {
        counters = Dictionary(
            uniqueKeysWithValues: Bound.allCases.map {
                ($0, Counter(label: "nova_http_overload_total", dimensions: [("bound", $0.rawValue)]))
            }
        )
    }

    /// Counts, and gives what the client hears: 503 with `Retry-After`.
    package func refusal(_ bound: Bound) -> NovaError {
        counters[bound]?.increment()
        return NovaError(.serviceUnavailable, bound.problem, retryAfter: 1)
    }
}
