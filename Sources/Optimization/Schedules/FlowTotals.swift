/// What the options of all steps come to together.
package struct FlowTotals: Sendable {
    /// Two qualities that differ by less are the same.
    static let qualityTolerance = 2e-8

    private let options: [StepOption]

    init(_ options: [StepOption]) {
        self.options = options
    }

    var cost: Double {
        FixedPoint.double(options.reduce(0) { $0 + FixedPoint.whole($1.cost) })
    }

    /// Of a budget.
    func used(_ name: String) -> Double {
        FixedPoint.double(options.reduce(0) { $0 + FixedPoint.whole($1.resources[name] ?? 0) })
    }

    /// Over the steps that have a quality; 1 where none has.
    func quality(_ measure: FlowConstraints.Quality.Measure) -> Double {
        var fold = QualityFold(measure)
        for option in options { if let quality = option.quality { fold.add(quality) } }
        return fold.quality
    }
}
