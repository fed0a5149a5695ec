import NovaContract
import Testing

@testable import Gateway

@Suite("Flow summary")
struct FlowSummaryTests {
    private func figures(_ completed: Int, _ failed: Int, _ cancelled: Int = 0) -> JobFigures {
        var figures = JobFigures()
        (figures.completed, figures.failed, figures.cancelled) = (completed, failed, cancelled)
        figures.handling = .seconds(completed + failed)
        return figures
    }

    @Test("Wilson's interval, against published values")
    func wilson() {
        let interval = WilsonInterval(successes: 8, of: 10)
        #expect(abs(interval.lower - 0.4902) < 0.0005)
        #expect(abs(interval.upper - 0.9433) < 0.0005)
        #expect(WilsonInterval(successes: 0, of: 0) == WilsonInterval(successes: 0, of: -1))
    }

    @Test("nothing recorded: no confidence, and no rate")
    func nothing() {
        let summary = FlowSummary(figures(0, 0, 3))
        #expect(summary.confidence == 0)
        #expect(summary.analytics["success_rate"] == .null)
    }

    @Test("more jobs, more confidence; failures are told")
    func grows() {
        #expect(FlowSummary(figures(90, 10)).confidence > FlowSummary(figures(9, 1)).confidence)
        #expect(FlowSummary(figures(9, 1)).insights.first?.hasPrefix("1 of 10 jobs failed") == true)
        #expect(FlowSummary(figures(9, 1)).analytics["mean_handling_seconds"]?.doubleValue == 1)
    }
}
