import Testing

@testable import NovaCommand

struct TimeAxisTests {
    @Test(arguments: [0, 1e-6, 0.3, 1, 7, 59, 61, 413, 3_600, 50_000, 86_400, 1e7, 1e9, 1e12], [10, 40, 61, 200])
    func `Marks fit, and stand where their time is`(horizon: Double, width: Int) {
        let axis = TimeAxis(horizon: horizon, width: width)
        let labels = axis.labels
        #expect(labels.count <= width)
        #expect(labels.hasPrefix("0"))
        #expect(axis.step > 0)
        guard horizon > 0, horizon / axis.step >= 1 else { return }
        // At least a mark every three spans that a mark needs: the steps are no more than that apart.
        #expect(horizon / axis.step >= Double(width) / 12 / 3.5, "\(axis.step)")
    }

    @Test func `Steps that follow each other are drawn beside each other`() {
        let axis = TimeAxis(horizon: 100, width: 33)
        for boundary in stride(from: 0.0, through: 100, by: 0.7) {
            let first = axis.columns(of: TimelineBar(step: "a", start: 0, finish: boundary))
            let second = axis.columns(of: TimelineBar(step: "b", start: boundary, finish: 100))
            #expect(first.upperBound == second.lowerBound)
            #expect(second.upperBound == 33)
        }
    }

    private static let extremes: [Double] = [0, .leastNonzeroMagnitude, 1, 1e308, .greatestFiniteMagnitude]
    private static let shares: [Double] = [-.infinity, -1e308, 0, 0.5, 1e308, .infinity, .nan]

    @Test(arguments: extremes, extremes)
    func `Whatever times a server tells are drawn within the axis`(horizon: Double, time: Double) {
        let axis = TimeAxis(horizon: horizon, width: 40)
        #expect((0...40).contains(axis.column(time)))
        #expect((0...40).contains(axis.column(-time)))
        #expect(axis.labels.count <= 40)
    }

    @Test(arguments: shares)
    func `A share of a width is within it`(share: Double) {
        #expect((0...30).contains(TimeAxis.columns(share, of: 30)))
    }

    @Test func `Times outside are drawn at the edge, and no time at the begin`() {
        #expect(TimeAxis(horizon: 10, width: 20).column(1_000) == 20)
        #expect(TimeAxis(horizon: 10, width: 20).column(-1) == 0)
        #expect(TimeAxis(horizon: 0, width: 20).column(0) == 0)
    }
}
