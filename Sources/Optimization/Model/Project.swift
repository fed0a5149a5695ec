/// A sound flow in whole numbers, numbered so that every step comes after what it waits for.
///
/// Time is counted in units of `timeUnit` millionths of a second, the greatest common divisor of all durations: every
/// start in a schedule without idle waiting is a sum of durations, so nothing is lost, and a lower bound may be rounded
/// up to a whole unit. Amounts of a resource are divided by the common divisor of its demands for the same reason.
struct Project: Sendable {
    let count: Int
    /// Place of each step in the submitted flow.
    ///
    /// The numbering here is the submitted order with each step that waits for a later one moved behind it, so 0, 1, 2,
    /// … is the submitted order, repaired.
    let submittedIndex: [Int]
    let durations: [Int]
    /// Millionths of a second in one unit of time; at least 1.
    let timeUnit: Int
    let predecessors: Adjacency
    let successors: Adjacency
    /// Limited resources that somebody asks for, by name.
    let resourceNames: [String]
    /// Whole multiples of each resource's own unit.
    let capacities: [Int]
    /// Millionths in the unit of each resource, the greatest common divisor of what steps ask for.
    let resourceUnits: [Int]
    /// The resources each step holds; beside it, in `demandAmounts`, how much of each.
    ///
    /// Steps of no duration hold none.
    let demandResources: Adjacency
    let demandAmounts: Adjacency

    var resourceCount: Int { capacities.count }

    func seconds(_ units: Int) -> Double {
        FixedPoint.double(units * timeUnit)
    }

    /// Decimal text of seconds.
    func text(_ units: Int) -> String {
        FixedPoint.text(units * timeUnit)
    }

    func makespan(of starts: [Int]) -> Int {
        var makespan = 0
        for index in 0..<count { makespan = max(makespan, starts[index] + durations[index]) }
        return makespan
    }

    /// All steps by start: a list from which no schedule is generated in which a step starts later.
    func order(by starts: [Int]) -> [Int] {
        (0..<count).sorted { (starts[$0], $0) < (starts[$1], $1) }
    }

    /// How much of `resource` step `index` holds, in the resource's unit.
    func demand(of index: Int, for resource: Int) -> Int {
        let range = demandResources.offsets[index]..<demandResources.offsets[index + 1]
        for place in range where demandResources.items[place] == resource { return demandAmounts.items[place] }
        return 0
    }
}

extension Project {
    /// Compiles a flow that was checked.
    ///
    /// - Parameters:
    ///   - order: submitted places in an order in which every step comes after its dependencies.
    ///   - indexOf: the place of each id in `order`.
    init(_ flow: Flow, order: [Int], indexOf: [String: Int]) {
        count = order.count
        submittedIndex = order

        let ticks = order.map { FixedPoint.whole(flow.steps[$0].only.duration) }
        let timeUnit = max(1, ticks.reduce(0, greatestCommonDivisor))
        self.timeUnit = timeUnit
        durations = ticks.map { $0 / timeUnit }

        predecessors = Adjacency(
            order.map { place in
                // Dependencies are known ids here; a set, because naming one twice is allowed.
                Set(flow.steps[place].dependencies.compactMap { indexOf[$0] }).sorted()
            }
        )
        successors = predecessors.reversed

        let demands = order.map { place -> [(name: String, amount: Int)] in
            let step = flow.steps[place].only
            guard FixedPoint.whole(step.duration) > 0 else { return [] }
            return step.resources.sorted { $0.key < $1.key }.compactMap { name, amount in
                let whole = FixedPoint.whole(amount)
                return whole > 0 && flow.capacity[name] != nil ? (name, whole) : nil
            }
        }
        var units: [String: Int] = [:]
        for demand in demands.joined() {
            units[demand.name] = greatestCommonDivisor(units[demand.name] ?? 0, demand.amount)
        }
        let names = units.keys.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        resourceNames = names
        resourceUnits = names.map { units[$0] ?? 1 }
        capacities = names.map { FixedPoint.whole(flow.capacity[$0]?.most ?? 0) / (units[$0] ?? 1) }
        demandResources = Adjacency(demands.map { $0.map { numbers[$0.name] ?? 0 } })
        demandAmounts = Adjacency(demands.map { $0.map { $0.amount / (units[$0.name] ?? 1) } })
    }

    /// Index of each step by id.
    func indexOf(_ flow: Flow) -> [String: Int] {
        var index: [String: Int] = [:]
        index.reserveCapacity(count)
        for (number, place) in submittedIndex.enumerated() { index[flow.steps[place].id] = number }
        return index
    }
}
