import NovaContract

/// Finds a pool for each want of a request such that all of them get the least that is of use.
///
/// For where it does not do to take the best for one want after the other. Wants with few choices come first, of those the
/// greatest; a choice that leads nowhere is taken back.
struct Assignment {
    /// Pools that are looked at in all: an assignment that takes longer to find is not known.
    private static let mostLooks = 20_000

    enum Outcome {
        /// By want.
        case found([String: Choice])
        case impossible
        case undecided
    }

    /// One pool for one want.
    struct Choice {
        let pool: String
        /// The least of it that is of use.
        let least: Amount
        let cost: Double
    }

    struct Want {
        let name: String
        /// The best liked first.
        let choices: [Choice]

        var least: Int64 { choices.map(\.least.milli).min() ?? 0 }
        var cost: Double { choices.map(\.cost).min() ?? 0 }
    }

    private let wants: [Want]
    /// What the wants from each place on take at least.
    private let rest: [(amount: Int128, cost: Double)]
    private var room: [String: Amount]
    private var looks = 0

    /// - Parameter room: what may be taken of each pool.
    init(_ wants: [Want], room: [String: Amount]) {
        self.wants = wants.sorted {
            ($0.choices.count, -$0.least, $0.name) < ($1.choices.count, -$1.least, $1.name)
        }
        self.room = room
        var rest: [(amount: Int128, cost: Double)] = [(0, 0)]
        for want in self.wants.reversed() {
            let behind = rest[rest.count - 1]
            rest.append((behind.amount + Int128(want.least), behind.cost + want.cost))
        }
        self.rest = rest.reversed()
    }

    /// - Parameter budget: what all may cost.
    mutating func search(budget: Double) -> Outcome {
        guard wants.allSatisfy({ !$0.choices.isEmpty }) else { return .impossible }
        let left = room.values.reduce(Int128(0)) { $0 + Int128($1.milli) }
        if let found = place(0, left, budget) { return .found(found) }
        return looks < Self.mostLooks ? .impossible : .undecided
    }

    /// Pools for the wants from a place on; nil: none were found.
    private mutating func place(_ place: Int, _ left: Int128, _ budget: Double) -> [String: Choice]? {
        guard place < wants.count else { return [:] }
        guard rest[place].amount <= left, rest[place].cost <= budget else { return nil }
        for choice in wants[place].choices {
            guard looks < Self.mostLooks else { return nil }
            looks += 1
            guard let free = room[choice.pool], choice.least <= free, choice.cost <= budget else { continue }
            room[choice.pool] = free - choice.least
            if var found = self.place(place + 1, left - Int128(choice.least.milli), budget - choice.cost) {
                found[wants[place].name] = choice
                return found
            }
            room[choice.pool] = free
        }
        return nil
    }
}
