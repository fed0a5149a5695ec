import CoreMetrics
import NovaService
import Testing

@Suite struct PrometheusTests {
    private func lines(_ metrics: PrometheusMetrics) -> [String] {
        metrics.exposition().split(separator: "\n").map(String.init)
    }

    @Test func countersGaugesAndTimersAreWritten() {
        let metrics = PrometheusMetrics()
        metrics.describe("requests", as: "Requests\nserved.")
        metrics.makeCounter(label: "requests", dimensions: [("path", "/a\"b"), ("code", "200")]).increment(by: 3)
        metrics.makeMeter(label: "sockets", dimensions: []).set(2.5)
        let timer = metrics.makeTimer(label: "job.handling", dimensions: [])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(90_000_000_000)
        let lines = lines(metrics)
        #expect(lines.contains("# HELP requests Requests\\nserved."))
        #expect(lines.contains("# TYPE requests counter"))
        #expect(lines.contains(#"requests{code="200",path="/a\"b"} 3"#))
        #expect(lines.contains("sockets 2.5"))
        #expect(lines.contains(#"job_handling_seconds_bucket{le="0.001"} 0"#))
        #expect(lines.contains(#"job_handling_seconds_bucket{le="0.0025"} 1"#))
        #expect(lines.contains(#"job_handling_seconds_bucket{le="60"} 1"#))
        #expect(lines.contains(#"job_handling_seconds_bucket{le="+Inf"} 2"#))
        #expect(lines.contains("job_handling_seconds_count 2"))
        #expect(lines.contains("job_handling_seconds_sum 90.002"))
    }

    @Test func theSameLabelsAreTheSameSeries() {
        let metrics = PrometheusMetrics()
        for _ in 0..<2 { metrics.makeCounter(label: "c", dimensions: [("a", "1"), ("b", "2")]).increment(by: 1) }
        metrics.makeCounter(label: "c", dimensions: [("b", "2"), ("a", "1")]).increment(by: 1)
        #expect(lines(metrics).contains(#"c{a="1",b="2"} 3"#))
    }

    @Test func aMetricCannotGrowWithoutBound() {
        let metrics = PrometheusMetrics(seriesLimit: 10)
        for number in 0..<15 { metrics.makeCounter(label: "c", dimensions: [("n", "\(number)")]).increment(by: 1) }
        let lines = lines(metrics)
        #expect(lines.filter { $0.hasPrefix("c{") }.count == 10)
        #expect(lines.contains(#"nova_metrics_dropped_series_total{metric="c"} 5"#))
    }

    @Test func aNameHasOneKind() {
        let metrics = PrometheusMetrics()
        metrics.makeTimer(label: "x_seconds", dimensions: []).recordNanoseconds(1)
        metrics.makeCounter(label: "x_seconds_count", dimensions: []).increment(by: 5)
        metrics.makeMeter(label: "x_seconds", dimensions: []).set(Int64(1))
        let lines = lines(metrics)
        #expect(lines.contains("x_seconds_count 1"))
        #expect(lines.contains(#"nova_metrics_dropped_series_total{metric="x_seconds"} 2"#))
    }

    @Test func threadsLoseNoStep() async {
        let metrics = PrometheusMetrics()
        let counter = metrics.makeFloatingPointCounter(label: "f", dimensions: [])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<10_000 { counter.increment(by: 0.5) } }
            }
        }
        #expect(lines(metrics).contains("f 40000"))
    }
}
