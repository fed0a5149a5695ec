extension Flow {
    var stepsByID: [String: FlowStep] {
        Dictionary(steps.map { ($0.id, $0) }) { first, _ in first }
    }
}

extension StepLag {
    /// The greatest lag in millionths of a second, cut upward; nil: any.
    ///
    /// Behind a finish what was cut from the other's duration comes on top, as the finish is earlier by that.
    func greatest(in steps: [String: FlowStep]) -> Int? {
        guard let maximum else { return nil }
        let greatest = FixedPoint.wholeUp(maximum)
        guard origin == .finish, let other = steps[step] else { return greatest }
        let cut = other.options.map { FixedPoint.wholeUp($0.duration) - FixedPoint.whole($0.duration) }
        return greatest + (cut.max() ?? 0)
    }
}
