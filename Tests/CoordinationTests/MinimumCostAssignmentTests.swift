import Coordination
import NovaContract
import NovaTestKit
import Testing

/// The solver against all solutions of small problems, and against SciPy on large ones.
@Suite struct MinimumCostAssignmentTests {
    /// Most rows first, then the least total: every way to give columns to rows.
    private static func best(_ costs: [[Int64]], _ capacities: [Int], row: Int = 0) -> (count: Int, total: Int64) {
        guard row < costs.count else { return (0, 0) }
        var best = Self.best(costs, capacities, row: row + 1)
        for column in capacities.indices where capacities[column] > 0 {
            guard costs[row][column] < MinimumCostAssignment.forbidden else { continue }
            var left = capacities
            left[column] -= 1
            let rest = Self.best(costs, left, row: row + 1)
            let found = (count: rest.count + 1, total: rest.total + costs[row][column])
            if found.count > best.count || (found.count == best.count && found.total < best.total) { best = found }
        }
        return best
    }

    private static func solve(_ costs: [[Int64]], _ capacities: [Int]) -> (count: Int, total: Int64, load: [Int]) {
        let columns = MinimumCostAssignment.solve(rows: costs.count, capacities: capacities) { costs[$0][$1] }
        var load = [Int](repeating: 0, count: capacities.count)
        var total: Int64 = 0
        for (row, column) in columns.enumerated() {
            guard let column else { continue }
            load[column] += 1
            total += costs[row][column]
        }
        return (columns.compactMap(\.self).count, total, load)
    }

    @Test(arguments: 1...20) func smallProblemsAreSolvedAsByTryingAll(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<25 {
            let (rows, columns) = (Int.random(in: 1...5, using: &random), Int.random(in: 1...4, using: &random))
            // Few different costs, so that there are ties.
            let most = Int64([3, 1_000].randomElement(using: &random) ?? 3)
            let costs = (0..<rows).map { _ in
                (0..<columns).map { _ in
                    Int.random(in: 0..<4, using: &random) == 0
                        ? MinimumCostAssignment.forbidden : Int64.random(in: 0...most, using: &random)
                }
            }
            let capacities = (0..<columns).map { _ in Int.random(in: 0...2, using: &random) }
            let found = Self.solve(costs, capacities)
            let best = Self.best(costs, capacities)
            #expect(found.count == best.count, "\(costs) \(capacities)")
            #expect(found.total == best.total, "\(costs) \(capacities)")
            #expect(zip(found.load, capacities).allSatisfy { $0 <= $1 })
        }
    }

    @Test func largeProblemsAreSolvedAsBySciPy() throws {
        let table = try JSONValue(parsing: PackageResources.assignment_json)
        let cases = try #require(table["cases"]?.arrayValue)
        #expect(cases.count == 10)
        for each in cases {
            func number(_ name: String) throws -> Int { try #require(each[name]?.intValue) }
            var random = SplitMix64(seed: UInt64(try number("seed")))
            let (rows, columns, share) = (try number("rows"), try number("columns"), try number("forbidden"))
            let costs: [[Int64]] = (0..<rows).map { _ in
                (0..<columns).map { _ in
                    let value = random.next()
                    return value % 100 < UInt64(share)
                        ? MinimumCostAssignment.forbidden : Int64(value % 1_000_003)
                }
            }
            let found = Self.solve(costs, Array(repeating: try number("capacity"), count: columns))
            #expect(try found.count == number("assigned"))
            #expect(try found.total == number("total"))
        }
    }

    @Test func nothingToSolveIsSolved() {
        #expect(MinimumCostAssignment.solve(rows: 0, capacities: [1]) { _, _ in 0 }.isEmpty)
        #expect(MinimumCostAssignment.solve(rows: 2, capacities: []) { _, _ in 0 } == [nil, nil])
    }
}
