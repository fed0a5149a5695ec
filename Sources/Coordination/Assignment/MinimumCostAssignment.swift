/// Rows to columns at the least total cost, exactly; a column can be given to as many rows as its capacity says.
///
/// Successive shortest augmenting paths with potentials (Jonker and Volgenant 1987; rectangular as in Crouse 2016; columns
/// with a capacity as in the transportation problem): at most O(rows² · columns). Costs are whole numbers, so that sums
/// are exact.
package struct MinimumCostAssignment {
    /// A pair that is not allowed.
    package static let forbidden = Int64.max / 4

    private let rows: Int
    /// The last column is "none": it has room for all rows, and costs more than all pairs together.
    private let width: Int
    private var costs: [Int64]
    private var room: [Int]
    private var rowPotential: [Int64]
    private var columnPotential: [Int64]
    private var columnOf: [Int]
    private var rowsOf: [[Int]]

    /// - Parameters:
    ///   - rows: how many; each is given a column, unless none is left that it may have.
    ///   - capacities: how many rows each column can be given.
    ///   - cost: of a pair, 0 to 2^40, or `forbidden`.
    /// - Returns: the column of each row, or nil. As many rows as possible are given one; among those solutions the total
    ///   is the least.
    package static func solve(rows: Int, capacities: [Int], cost: (Int, Int) -> Int64) -> [Int?] {
        var problem = MinimumCostAssignment(rows: rows, capacities: capacities, cost: cost)
        for row in 0..<rows { problem.add(row) }
        return problem.columnOf.enumerated().map { row, column in
            let isReal = column < capacities.count && problem.costs[row * problem.width + column] < forbidden
            return isReal ? column : nil
        }
    }

    private init(rows: Int, capacities: [Int], cost: (Int, Int) -> Int64) {
        self.rows = rows
        width = capacities.count + 1
        costs = [Int64](repeating: 0, count: rows * width)
        var greatest: Int64 = 0
        for row in 0..<rows {
            for column in capacities.indices {
                // What has no room at all is no choice, and no part of a path.
                let value = capacities[column] > 0 ? cost(row, column) : Self.forbidden
                costs[row * width + column] = value
                if value < Self.forbidden { greatest = max(greatest, value) }
            }
        }
        for row in 0..<rows { costs[row * width + width - 1] = (greatest + 1) * Int64(rows + 1) }
        room = capacities + [rows]
        rowPotential = [Int64](repeating: 0, count: rows)
        columnPotential = [Int64](repeating: 0, count: width)
        columnOf = [Int](repeating: -1, count: rows)
        rowsOf = [[Int]](repeating: [], count: width)
    }

    /// Gives one more row a column, moving others along the shortest path.
    private mutating func add(_ start: Int) {
        var distance = [Int64](repeating: .max, count: width)
        var before = [Int](repeating: -1, count: width)
        var isDone = [Bool](repeating: false, count: width)
        var done: [Int] = []
        var frontier = [start]
        var (reached, end) = (Int64(0), -1)
        while end < 0 {
            for row in frontier { relax(row, reached, isDone, &distance, &before) }
            let next = nearest(distance, isDone)
            isDone[next] = true
            reached = distance[next]
            if rowsOf[next].count < room[next] {
                end = next
            } else {
                done.append(next)
                frontier = rowsOf[next]
            }
        }
        rowPotential[start] += reached
        for column in done {
            let change = reached - distance[column]
            columnPotential[column] -= change
            for row in rowsOf[column] { rowPotential[row] += change }
        }
        shift(start, end, before)
    }

    private func relax(
        _ row: Int,
        _ reached: Int64,
        _ isDone: [Bool],
        _ distance: inout [Int64],
        _ before: inout [Int]
    ) {
        let base = reached - rowPotential[row]
        let line = row * width
        for column in 0..<width where !isDone[column] {
            let length = base + costs[line + column] - columnPotential[column]
            if length < distance[column] {
                distance[column] = length
                before[column] = row
            }
        }
    }

    /// Of equally near ones the first that has room, which ends the search; where none has, the first.
    private func nearest(_ distance: [Int64], _ isDone: [Bool]) -> Int {
        var (next, least) = (-1, Int64.max)
        for column in 0..<width where !isDone[column] {
            let hasRoom = rowsOf[column].count < room[column]
            let isFirstWithRoom = distance[column] == least && next >= 0 && hasRoom && rowsOf[next].count >= room[next]
            if distance[column] < least || isFirstWithRoom {
                (next, least) = (column, distance[column])
            }
        }
        return next
    }

    private mutating func shift(_ start: Int, _ end: Int, _ before: [Int]) {
        var column = end
        while true {
            let row = before[column]
            let left = columnOf[row]
            columnOf[row] = column
            rowsOf[column].append(row)
            if row == start { return }
            rowsOf[left].removeAll { $0 == row }
            column = left
        }
    }
}
