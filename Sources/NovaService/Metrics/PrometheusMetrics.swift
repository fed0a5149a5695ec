package import CoreMetrics
import Synchronization

/// Keeps what the process counts and measures, and writes it in Prometheus' text format 0.0.4.
///
/// A metric's name is its label with every character that a name may not hold as an underscore; a timer gets
/// `_seconds` behind it. Timers and recorders are histograms with fixed buckets.
///
/// Bounded: a metric has at most `seriesLimit` sets of labels. Past it, and for a name that another kind of metric
/// has, what is recorded goes nowhere and `nova_metrics_dropped_series_total` says for which metric: it counts the
/// handlers refused, and the same labels refused twice count twice.
package final class PrometheusMetrics: MetricsFactory {
    private struct State {
        var families: MetricFamilies
        var help: [String: String] = [:]
    }

    /// Upper bounds of a timer's buckets, in seconds.
    static let timerBounds: [Double] = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// Upper bounds of a recorder's buckets: shares below 1, counts and sizes above.
    static let recorderBounds: [Double] = [
        0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 10_000, 100_000, 1_000_000,
        10_000_000,
    ]
    static let droppedName = "nova_metrics_dropped_series_total"

    private let state: Mutex<State>

    /// - Parameter seriesLimit: How many sets of labels one metric may have.
    package init(seriesLimit: Int = 256) {
        state = Mutex(State(families: MetricFamilies(seriesLimit: seriesLimit)))
    }

    /// Makes a registry and gives it to swift-metrics, for all metrics of the process.
    ///
    /// Call once: a second call ends the process, by swift-metrics' own rule.
    package static func bootstrap() -> PrometheusMetrics {
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        return metrics
    }

    /// Sets the HELP line of the metric with this label, whether or not it has been used already.
    package func describe(_ label: String, as help: String) {
        state.withLock { $0.help[label] = help }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        // swift-metrics' older gauge is a recorder that does not aggregate.
        let handler: (any RecorderHandler)? =
            aggregate
            ? histogram(PrometheusText.name(label), label, dimensions, bounds: Self.recorderBounds)
            : gauge(label, dimensions)
        return handler ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = PrometheusText.name(label)
        let seconds = name.hasSuffix("_seconds") ? name : name + "_seconds"
        return histogram(seconds, label, dimensions, bounds: Self.timerBounds) ?? NOOPMetricsHandler.instance
    }

    package func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    /// Everything recorded so far, ordered by name and labels.
    ///
    /// Each series is read at one moment, but not all of them at the same one.
    package func exposition() -> String {
        let (families, help) = state.withLock { ($0.families.byName, $0.help) }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            let purpose = help[family.label] ?? family.label
            text += "# HELP \(name) \(PrometheusText.escaped(purpose, quotes: false))\n"
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (_, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(to: &text)
            }
        }
        let refused = families.filter { $0.value.refused > 0 }.sorted { $0.key < $1.key }
        guard !refused.isEmpty else { return text }
        text += "# HELP \(Self.droppedName) Handlers refused: too many series, or a name of another kind.\n"
        text += "# TYPE \(Self.droppedName) counter\n"
        for (name, family) in refused {
            text += "\(Self.droppedName){metric=\"\(name)\"} \(family.refused)\n"
        }
        return text
    }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries? {
        let key = SeriesKey(name: PrometheusText.name(label), labels: PrometheusText.labels(dimensions))
        return state.withLock { $0.families.series(.counter, key, label: label, make: CounterSeries.init) }
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries? {
        let key = SeriesKey(name: PrometheusText.name(label), labels: PrometheusText.labels(dimensions))
        return state.withLock { $0.families.series(.gauge, key, label: label, make: GaugeSeries.init) }
    }

    private func histogram(
        _ name: String,
        _ label: String,
        _ dimensions: [(String, String)],
        bounds: [Double]
    ) -> HistogramSeries? {
        let key = SeriesKey(name: name, labels: PrometheusText.labels(dimensions))
        return state.withLock { state in
            state.families.series(.histogram, key, label: label) { HistogramSeries($0, bounds: bounds) }
        }
    }

    private func destroy(_ handler: AnyObject) {
        guard let series = handler as? any MetricSeries else { return }
        state.withLock { $0.families.remove(series) }
    }
}
