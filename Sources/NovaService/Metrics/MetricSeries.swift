import CoreMetrics
import Synchronization

/// One series: a metric with one set of labels, and what was counted under it so far.
///
/// Any thread may write while another reads; nothing waits but a histogram, for the few instructions of its lock.
protocol MetricSeries: AnyObject, Sendable {
    var key: SeriesKey { get }
    /// Appends the series' lines in the text format, without HELP and TYPE.
    func write(to text: inout String)
}

/// What tells one series from all others: the metric's name and the labels as they stand between the braces.
struct SeriesKey: Hashable, Sendable {
    let name: String
    let labels: String

    /// `name`, `name{a="b"}`, or with another label behind the series' own ones.
    func sample(suffix: String = "", extra: String = "") -> String {
        let all = labels.isEmpty || extra.isEmpty ? labels + extra : labels + "," + extra
        return all.isEmpty ? name + suffix : "\(name)\(suffix){\(all)}"
    }
}

/// A number that only grows, whole or not.
///
/// Whole steps are exact up to 2^63, where the count wraps into the negative.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    let key: SeriesKey
    private let whole = Atomic<Int64>(0)
    private let fraction = AtomicDouble()

    init(_ key: SeriesKey) {
        self.key = key
    }

    func increment(by amount: Int64) {
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    /// A negative or non-finite step is ignored: a counter that falls reads as a restart.
    func increment(by amount: Double) {
        guard amount.isFinite, amount > 0 else { return }
        fraction.add(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fraction.store(0)
    }

    func write(to text: inout String) {
        let whole = whole.load(ordering: .relaxed)
        let fraction = fraction.load()
        text += "\(key.sample()) \(fraction == 0 ? String(whole) : (Double(whole) + fraction).prometheus)\n"
    }
}

/// A number that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    let key: SeriesKey
    private let value = AtomicDouble()

    init(_ key: SeriesKey) {
        self.key = key
    }

    func set(_ value: Int64) { self.value.store(Double(value)) }
    func set(_ value: Double) { self.value.store(value) }
    func increment(by amount: Double) { value.add(amount) }
    func decrement(by amount: Double) { value.add(-amount) }
    // swift-metrics' older gauge is a recorder that keeps only the last value.
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func write(to text: inout String) {
        text += "\(key.sample()) \(value.load().prometheus)\n"
    }
}

/// How often values fell under each of some fixed bounds, how many there were, and their sum.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private struct State {
        /// One count a bound, and one for what is above all of them; not cumulative.
        var counts: [UInt64]
        var sum = 0.0
    }

    let key: SeriesKey
    private let bounds: [Double]
    private let state: Mutex<State>

    /// - Parameter bounds: Upper bounds, ascending, each belonging to its own bucket.
    init(_ key: SeriesKey, bounds: [Double]) {
        self.key = key
        self.bounds = bounds
        self.state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    /// A value that is no number is ignored: it would turn the sum into NaN for good.
    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    /// Timers are kept in seconds, as Prometheus wants them.
    func recordNanoseconds(_ duration: Int64) {
        record(Double(duration) / 1e9)
    }

    func write(to text: inout String) {
        let state = state.withLock { $0 }
        var total: UInt64 = 0
        for (index, count) in state.counts.enumerated() {
            total += count
            let bound = index < bounds.count ? bounds[index].prometheus : "+Inf"
            text += "\(key.sample(suffix: "_bucket", extra: "le=\"\(bound)\"")) \(total)\n"
        }
        text += "\(key.sample(suffix: "_sum")) \(state.sum.prometheus)\n"
        text += "\(key.sample(suffix: "_count")) \(total)\n"
    }
}
