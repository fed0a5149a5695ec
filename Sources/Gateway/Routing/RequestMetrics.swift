import HTTPTypes
import Metrics
import NovaAPI
import Synchronization

/// Counts requests by route and status, and measures how long they take.
///
/// Handlers are made once a series: making one takes longer than the request's whole way through the router.
package final class RequestMetrics: Sendable {
    private struct Series: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct State {
        var counters: [Series: Counter] = [:]
        var timers: [String: Metrics.Timer] = [:]

        mutating func counter(_ series: Series) -> Counter {
            if let known = counters[series] { return known }
            let counter = Counter(
                label: "nova_http_requests_total",
                dimensions: [("method", series.method), ("route", series.route), ("status", String(series.status))]
            )
            counters[series] = counter
            return counter
        }

        mutating func timer(_ route: String) -> Metrics.Timer {
            if let known = timers[route] { return known }
            let timer = Metrics.Timer(label: "nova_http_request_seconds", dimensions: [("route", route)])
            timers[route] = timer
            return timer
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// - Parameter route: nil where the path is none of ours; all of those are one series, so that their number is
    ///   bounded.
    func record(_ route: Route?, status: Int, _ duration: Duration) {
        let series = Series(method: route?.method.rawValue ?? "-", route: route?.path ?? "-", status: status)
        let (counter, timer) = state.withLock { ($0.counter(series), $0.timer(series.route)) }
        counter.increment()
        timer.record(duration: duration)
    }
}
