import ChildProcesses
import CrashKit
import Foundation
import Synchronization

/// Resident memory of each process at several moments.
final class MemoryTable: Sendable {
    private struct Column {
        let name: String
        let kiB: [String: Int]
    }

    private let columns = Mutex<[Column]>([])

    func read(_ name: String, _ cluster: CrashCluster) {
        let members = cluster.members.compactMap { seat in seat.process.map { (seat.name, $0) } }
        let processes = members + [("Redis", cluster.redis.process), ("broker", cluster.broker.process)]
        let values = processes.map { ($0.0, ProcessStatus(pid: $0.1.pid)?.residentKiB ?? 0) }
        let column = Column(name: name, kiB: Dictionary(values, uniquingKeysWith: { first, _ in first }))
        columns.withLock { $0.append(column) }
    }

    var text: String {
        let columns = columns.withLock(\.self)
        let names = columns.flatMap(\.kiB.keys)
        let header = cell("resident MiB", 16) + columns.map { cell($0.name, 10) }.joined()
        let rows = Set(names).sorted().map { name in
            cell(name, 16)
                + columns.map { column in
                    let mebibytes = Double(column.kiB[name] ?? 0) / 1_024
                    return cell(mebibytes.formatted(.number.precision(.fractionLength(1))), 10)
                }.joined()
        }
        return ([header] + rows).joined(separator: "\n")
    }

    private func cell(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
