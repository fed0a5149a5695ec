/// The best distinct solutions of the current round of search, as keys to build lists near them.
struct ElitePool {
    private struct Member {
        let makespan: Int
        let fingerprint: Int
        /// Start of each step as a share of the makespan.
        let keys: [Double]
    }

    private let capacity: Int
    private var members: [Member] = []
    /// Insertions since the pool last changed its mind; search restarts when this grows large.
    private(set) var refused = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    var isFull: Bool { members.count == capacity }

    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
        refused = 0
    }

    mutating func offer(_ makespan: Int, _ starts: UnsafeMutableBufferPointer<Int>) {
        let worst = members.indices.max { members[$0].makespan < members[$1].makespan }
        if isFull, let worst, makespan > members[worst].makespan {
            refused += 1
            return
        }
        var fingerprint = 0
        for start in starts { fingerprint = (fingerprint ^ start) &* 0x100_0000_01B3 }
        if members.contains(where: { $0.fingerprint == fingerprint }) {
            refused += 1
            return
        }
        let scale = 1 / Double(max(1, makespan))
        let member = Member(makespan: makespan, fingerprint: fingerprint, keys: starts.map { Double($0) * scale })
        if isFull, let worst {
            refused = makespan < members[worst].makespan ? 0 : refused + 1
            members[worst] = member
        } else {
            members.append(member)
            refused = 0
        }
    }

    /// Keys of one member, or between those of two.
    func keys(_ random: inout RandomSource) -> [Double] {
        let first = members[random.below(members.count)]
        let second = members[random.below(members.count)]
        let weight = random.unit()
        return first.keys.indices.map { first.keys[$0] * weight + second.keys[$0] * (1 - weight) }
    }
}
