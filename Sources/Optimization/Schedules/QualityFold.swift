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
