/// What the options of all steps come to together.
package struct FlowTotals: Sendable {
    /// Two qualities that differ by less are the same.
    static let qualityTolerance = 2e-8

    private let options: [StepOption]

    init(_ options: [StepOption]) {
        self.options = options
    }

    /// Millionths; above 9e15 a `Double` does not hold all of them.
    var wholeCost: Int { options.reduce(0) { $0 + FixedPoint.whole($1.cost) } }

    var cost: Double { FixedPoint.double(wholeCost) }

    /// Of a budget, in millionths.
    func wholeUse(of name: String) -> Int {
        options.reduce(0) { $0 + FixedPoint.whole($1.resources[name] ?? 0) }
    }

    /// Of a budget.
    func used(_ name: String) -> Double { FixedPoint.double(wholeUse(of: name)) }

    /// Over the steps that have a quality; 1 where none has.
    func quality(_ measure: FlowConstraints.Quality.Measure) -> Double {
        var fold = QualityFold(measure)
        for option in options { if let quality = option.quality { fold.add(quality) } }
        return fold.quality
    }
}
