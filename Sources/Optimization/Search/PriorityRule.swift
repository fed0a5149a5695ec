/// Rules that say which step to take first (Kolisch 1996; Hartmann, Kolisch 2000).
///
/// Lower keys come first.
enum PriorityRule: CaseIterable {
    /// Latest finish time allowed by precedence.
    case latestFinish
    /// Latest start time allowed by precedence.
    case latestStart
    /// Most total successors.
    case mostSuccessors
    /// Greatest rank positional weight: own duration and that of the direct successors.
    case greatestRankWeight
    /// Minimum slack.
    case minimumSlack
    /// Shortest processing time.
    case shortestDuration
    /// Most work (demand × duration, as a share of capacity) first.
    case mostWork

    /// A key for each step, 0…1.
    func keys(_ windows: TimeWindows, _ view: NetworkView) -> [Double] {
        let steps = 0..<view.count
        switch self {
        case .latestFinish: return scaled(steps.map { -Double(windows.tails[$0]) })
        case .latestStart: return scaled(steps.map { -Double(windows.tails[$0]) - Double(view.durations[$0]) })
        case .mostSuccessors: return scaled(windows.successorCounts.map { -Double($0) })
        case .greatestRankWeight:
            return scaled(
                steps.map { step in
                    let after = view.successorOffsets[step]..<view.successorOffsets[step + 1]
                    return -after.reduce(Double(view.durations[step])) {
                        $0 + Double(view.durations[view.successors[$1]])
                    }
                }
            )
        case .minimumSlack:
            return scaled(
                steps.map {
                    Double(windows.length - windows.tails[$0] - view.durations[$0] - windows.heads[$0])
                }
            )
        case .shortestDuration: return scaled(steps.map { Double(view.durations[$0]) })
        case .mostWork:
            return scaled(
                steps.map { step in
                    let demands = view.demandOffsets[step]..<view.demandOffsets[step + 1]
                    let share = demands.reduce(0.0) {
                        $0 + Double(view.demandAmounts[$1]) / Double(view.capacities[view.demandResources[$1]])
                    }
                    return -share * Double(view.durations[step])
                }
            )
        }
    }

    private func scaled(_ values: [Double]) -> [Double] {
        guard let low = values.min(), let high = values.max(), high > low else {
            return [Double](repeating: 0, count: values.count)
        }
        return values.map { ($0 - low) / (high - low) }
    }
}
