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

    /// Every `stride`-th instance of a set, `rcpsp/j30` or `mrcpsp/j20`.
    func instances(_ set: String, every stride: Int) throws -> [Instance] {
        let folder = folder.appending(path: set)
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

    /// Single-mode and multi-mode files differ in the lines of a job's second mode, which begin with the mode.
    private static func flow(_ text: String) -> Flow {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let place = { (start: String) in lines.firstIndex { $0.hasPrefix(start) } ?? 0 }
        let numbers = { (line: String) in line.split(separator: " ").compactMap { Int($0) } }
        let precedence = place("PRECEDENCE")
        let requests = place("REQUESTS")
        let availability = place("RESOURCEAVAILABILITIES")
        let renewable = numbers(lines.first { $0.contains("- renewable") } ?? "").first ?? 0

        var dependencies: [Int: [String]] = [:]
        for row in lines[precedence..<requests].map(numbers) where row.count > 3 {
            for successor in row[3...] { dependencies[successor, default: []].append("\(row[0])") }
        }
        let amounts = numbers(lines[availability + 2])
        let names = amounts.indices.map { $0 < renewable ? "R\($0)" : "N\($0)" }
        var jobs: [(id: Int, options: [StepOption])] = []
        for row in lines[(requests + 2)..<availability].map(numbers) where row.count >= 2 + names.count {
            if row.count == 3 + names.count { jobs.append((row[0], [])) }
            let figures = row.suffix(2 + names.count).map(Double.init)
            let held = Dictionary(uniqueKeysWithValues: zip(names, figures.dropFirst(2)))
            let option = StepOption(name: "\(Int(figures[0]))", duration: figures[1], resources: held)
            jobs[jobs.count - 1].options.append(option)
        }
        let given = Array(zip(names, amounts.map(Double.init)))
        return Flow(
            steps: jobs.map { FlowStep(id: "\($0.id)", options: $0.options, dependencies: dependencies[$0.id] ?? []) },
            capacity: Dictionary(uniqueKeysWithValues: given.prefix(renewable)).mapValues { Capacity($0) },
            constraints: FlowConstraints(budgets: Dictionary(uniqueKeysWithValues: given.dropFirst(renewable)))
        )
    }
}
