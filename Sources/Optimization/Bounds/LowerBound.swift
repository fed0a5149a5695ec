/// A length that no plan of a network can go below, and where it comes from.
struct LowerBound {
    /// In the network's units of time.
    let units: Int
    /// `critical path`, `resource energy: gpu`, `one at a time: gpu`, `exhaustive search`, `branch and bound`.
    let source: String

    init(units: Int, source: String) {
        self.units = units
        self.source = source
    }

    /// The greatest of the longest chain of shortest options and, for each resource, of the work that must be done on it whatever
    /// the options (`ResourceEnergy`).
    init(_ network: Network, _ windows: TimeWindows) {
        var best = LowerBound(units: windows.length, source: "critical path")
        let tails = windows.tailsBehindFinish(network)
        for (resource, name) in network.supply.names.enumerated() where network.supply.most[resource] > 0 {
            for measure in ResourceEnergy.Measure.allCases {
                let units = ResourceEnergy(network, resource, measure, heads: windows.heads, tails: tails).bound()
                guard units > best.units else { continue }
                best = LowerBound(units: units, source: "\(measure.rawValue): \(name)")
            }
        }
        self = best
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
