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

/// Makes the qualities of steps one.
struct QualityFold {
    private let measure: FlowConstraints.Quality.Measure
    private var count = 0
    private var folded = 0.0

    init(_ measure: FlowConstraints.Quality.Measure) {
        self.measure = measure
    }

    mutating func add(_ quality: Double) {
        count += 1
        switch measure {
        case .minimum: folded = count == 1 ? quality : min(folded, quality)
        case .mean: folded += quality
        case .product: folded = count == 1 ? quality : folded * quality
        }
    }

    /// 1 where there was none.
    var quality: Double {
        guard count > 0 else { return 1 }
        return measure == .mean ? folded / Double(count) : folded
    }
}
