/// The numbers of a network in flat buffers, for the inner loops.
///
/// Not `Sendable`: a search is one thread. Subscripts are checked in debug builds only, which is why the tests run there.
final class NetworkTables {
    /// Links of a step to those on one side of it.
    struct Side {
        /// Those of step s are `offsets[s]..<offsets[s + 1]`.
        let offsets: UnsafeBufferPointer<Int>
        let others: UnsafeBufferPointer<Int>
        /// 1: counted from the finish of the earlier step; 0: from its start.
        let fromFinish: UnsafeBufferPointer<Int>
        let minimums: UnsafeBufferPointer<Int>
        /// `Int.max`: any.
        let maximums: UnsafeBufferPointer<Int>
    }

    let network: Network
    let count: Int
    let resourceCount: Int
    let budgetCount: Int
    let modeOffsets: UnsafeBufferPointer<Int>
    /// By mode; whoever simulates changes them.
    let durations: UnsafeMutableBufferPointer<Int>
    let demandOffsets: UnsafeBufferPointer<Int>
    let demandResources: UnsafeBufferPointer<Int>
    let demandAmounts: UnsafeBufferPointer<Int>
    let uses: UnsafeBufferPointer<Int>
    let limits: UnsafeBufferPointer<Int>
    let releases: UnsafeBufferPointer<Int>
    let latest: UnsafeBufferPointer<Int>
    let before: Side
    let after: Side
    let supplyTimes: UnsafeBufferPointer<Int>
    let supplyAmounts: UnsafeBufferPointer<Int>
    /// Whether any link is counted from a start.
    let hasStartLinks: Bool
    private let storage: UnsafeMutableBufferPointer<Int>

    init(_ network: Network) {
        let parts =
            [
                network.modes.offsets, network.modes.durations, network.modes.resources.offsets,
                network.modes.resources.items, network.modes.amounts.items, network.modes.uses,
                network.budgets.map(\.limit), network.releases, network.latest, network.supply.times,
                network.supply.amounts,
            ] + Self.parts(network.links.before) + Self.parts(network.links.after)
        let storage = UnsafeMutableBufferPointer<Int>.allocate(capacity: max(1, parts.reduce(0) { $0 + $1.count }))
        var end = 0
        let copies = parts.map { part in
            let range = end..<(end + part.count)
            _ = storage[range].initialize(fromContentsOf: part)
            end = range.upperBound
            return UnsafeBufferPointer(rebasing: storage[range])
        }
        self.storage = storage
        self.network = network
        count = network.count
        resourceCount = network.supply.names.count
        budgetCount = network.budgets.count
        modeOffsets = copies[0]
        durations = UnsafeMutableBufferPointer(mutating: copies[1])
        demandOffsets = copies[2]
        demandResources = copies[3]
        demandAmounts = copies[4]
        uses = copies[5]
        limits = copies[6]
        releases = copies[7]
        latest = copies[8]
        supplyTimes = copies[9]
        supplyAmounts = copies[10]
        before = Self.side(copies[11...])
        after = Self.side(copies[16...])
        hasStartLinks = network.links.before.contains { $0.contains { !$0.isFromFinish } }
    }

    deinit {
        storage.deallocate()
    }

    private static func parts(_ links: [[Link]]) -> [[Int]] {
        let all = links.flatMap(\.self)
        return [
            Adjacency(links.map { $0.map(\.other) }).offsets, all.map(\.other), all.map { $0.isFromFinish ? 1 : 0 },
            all.map(\.minimum), all.map(\.maximum),
        ]
    }

    private static func side(_ copies: ArraySlice<UnsafeBufferPointer<Int>>) -> Side {
        let parts = Array(copies.prefix(5))
        return Side(
            offsets: parts[0],
            others: parts[1],
            fromFinish: parts[2],
            minimums: parts[3],
            maximums: parts[4]
        )
    }
}

extension UnsafeMutableBufferPointer<Int> {
    /// `count` numbers, all `value`.
    ///
    /// The caller deallocates.
    static func filled(_ count: Int, _ value: Int = 0) -> Self {
        let buffer = allocate(capacity: Swift.max(1, count))
        buffer.initialize(repeating: value)
        return buffer
    }
}
