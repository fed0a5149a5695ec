import Foundation
import Optimization

/// The instances of the Project Scheduling Problem Library (Kolisch, Sprecher 1996), where they are at hand.
struct Psplib {
    let folder: URL

    /// `$NOVA_PSPLIB`, or beside the repository; nil when there is neither.
    static let found: Psplib? = {
        let named = ProcessInfo.processInfo.environment["NOVA_PSPLIB"].map { URL(fileURLWithPath: $0) }
        let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = repository.deletingLastPathComponent().appending(path: "shared/data/psplib")
        return [named, beside].compactMap(\.self)
            .first { FileManager.default.fileExists(atPath: $0.appending(path: "rcpsp/j30/best-known.csv").path) }
            .map(Psplib.init)
    }()

    struct Instance {
        let name: String
        let flow: Flow
        let lowerBound: Double
        let bestKnown: Double
    }

    /// Every `stride`-th instance of a single-mode set.
    func instances(_ set: String, every stride: Int) throws -> [Instance] {
        let folder = folder.appending(path: "rcpsp/\(set)")
        let table = try String(contentsOf: folder.appending(path: "best-known.csv"), encoding: .utf8)
        let rows = table.split(whereSeparator: \.isNewline).dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        return try rows.enumerated().filter { $0.offset % stride == 0 }.map { _, row in
            let text = try String(contentsOf: folder.appending(path: String(row[0])), encoding: .utf8)
            return Instance(
                name: String(row[0]),
                flow: Self.flow(text),
                lowerBound: Double(row[1]) ?? 0,
                bestKnown: Double(row[2]) ?? 0
            )
        }
    }

    private static func flow(_ text: String) -> Flow {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let place = { (start: String) in lines.firstIndex { $0.hasPrefix(start) } ?? 0 }
        let numbers = { (line: String) in line.split(separator: " ").compactMap { Int($0) } }
        let precedence = place("PRECEDENCE")
        let requests = place("REQUESTS")
        let availability = place("RESOURCEAVAILABILITIES")

        var dependencies: [Int: [String]] = [:]
        for row in lines[precedence..<requests].map(numbers) where row.count > 3 {
            for successor in row[3...] { dependencies[successor, default: []].append("\(row[0])") }
        }
        let capacities = numbers(lines[availability + 2])
        let names = capacities.indices.map { "R\($0 + 1)" }
        let steps = lines[requests..<availability].map(numbers).filter { $0.count == 3 + names.count }.map { row in
            let demands = zip(names, row[3...].map(Double.init))
            return step(
                "\(row[0])",
                Double(row[2]),
                .init(uniqueKeysWithValues: demands),
                after: dependencies[row[0]] ?? []
            )
        }
        return Flow(steps: steps, capacity: .init(uniqueKeysWithValues: zip(names, capacities.map(Double.init))))
    }
}
