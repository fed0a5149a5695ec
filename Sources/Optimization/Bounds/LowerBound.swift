/// A length that no schedule of a project can go below, and where it comes from.
struct LowerBound {
    /// In the project's time units.
    let units: Int
    /// `critical path`, `resource energy: gpu`, `one at a time: gpu`, `exhaustive search`, `branch and bound`.
    let source: String

    init(units: Int, source: String) {
        self.units = units
        self.source = source
    }

    /// The greatest of the critical path and, for each resource, the two bounds of `ResourceEnergy`.
    init(_ project: Project, _ windows: TimeWindows) {
        var best = LowerBound(units: windows.length, source: "critical path")
        for (resource, name) in project.resourceNames.enumerated() {
            for measure in ResourceEnergy.Measure.allCases {
                let units = ResourceEnergy(project, resource, measure, windows).bound()
                guard units > best.units else { continue }
                best = LowerBound(units: units, source: "\(measure.rawValue): \(name)")
            }
        }
        self = best
    }

    /// The longest makespan with at most this gap.
    func goal(_ gap: Double) -> Int {
        guard gap > 0 else { return units }
        let longest = Double(units) / (1 - gap)
        return longest < 0x1p62 ? max(units, Int(longest.rounded(.down))) : Int.max
    }

    /// The bound when a search has shown that no schedule is shorter than `units`.
    func raised(to units: Int, by search: String = "exhaustive search") -> LowerBound {
        units > self.units ? LowerBound(units: units, source: search) : self
    }

    /// (makespan − bound) ÷ makespan; 0 for a flow that takes no time.
    func gap(_ makespan: Int) -> Double {
        makespan > 0 ? Double(makespan - units) / Double(makespan) : 0
    }
}
