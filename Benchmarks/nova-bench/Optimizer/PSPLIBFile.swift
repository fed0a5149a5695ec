import Foundation
import Optimization

/// An instance of PSPLIB (Kolisch and Sprecher, 1997): a file `.sm`, or `.mm` with several modes and nonrenewable resources.
struct PSPLIBFile {
    let name: String
    let flow: Flow

    /// - Throws: `BenchError` where the file is not as PSPLIB's are.
    init(path: String) throws {
        name = (path as NSString).lastPathComponent
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map(
            String.init
        )
        func numbers(_ line: String) -> [Int] { line.split(separator: " ").compactMap { Int($0) } }
        /// The lines of figures after the line that begins so, up to the next one of stars.
        func part(_ head: String) throws -> [[Int]] {
            guard let begin = lines.firstIndex(where: { $0.hasPrefix(head) }) else {
                throw BenchError("\(path): there is no \(head)")
            }
            return lines[(begin + 1)...].prefix { !$0.hasPrefix("***") }.map(numbers).filter { !$0.isEmpty }
        }
        guard let renewable = lines.first(where: { $0.contains("- renewable") }).flatMap({ numbers($0).first }),
            let capacities = try part("RESOURCEAVAILABILITIES").last
        else { throw BenchError("\(path): does not say what there is of its resources") }
        let names = capacities.indices.map { $0 < renewable ? "R\($0 + 1)" : "N\($0 - renewable + 1)" }

        var predecessors: [Int: [String]] = [:]
        for line in try part("PRECEDENCE RELATIONS") where line.count >= 3 {
            for successor in line.dropFirst(3) { predecessors[successor, default: []].append("\(line[0])") }
        }
        // The line of a step's second mode begins with the mode.
        var options: [(job: Int, options: [StepOption])] = []
        for line in try part("REQUESTS/DURATIONS") {
            let isFirst = line.count == names.count + 3
            guard isFirst || line.count == names.count + 2 else { continue }
            let figures = line.suffix(names.count + 2)
            let amounts = zip(names, figures.dropFirst(2)).map { ($0, Double($1)) }
            let option = StepOption(
                name: "\(figures.first ?? 0)",
                duration: Double(figures.dropFirst().first ?? 0),
                resources: Dictionary(uniqueKeysWithValues: amounts)
            )
            if isFirst { options.append((line[0], [])) }
            options[options.count - 1].options.append(option)
        }
        let amounts = Array(zip(names, capacities.map(Double.init)))
        flow = Flow(
            steps: options.map {
                FlowStep(id: "\($0.job)", options: $0.options, dependencies: predecessors[$0.job] ?? [])
            },
            capacity: Dictionary(uniqueKeysWithValues: amounts.prefix(renewable)).mapValues { Capacity($0) },
            constraints: FlowConstraints(
                budgets: Dictionary(uniqueKeysWithValues: amounts.dropFirst(renewable))
            )
        )
    }
}

/// A folder of instances with the best makespans that are known of them.
struct PSPLIBSet {
    struct Instance {
        let name: String
        let bestKnown: Int
    }

    let name: String
    let folder: String
    let instances: [Instance]

    /// - Parameter most: instances, taken evenly from all.
    init(_ name: String, in data: String, most: Int) throws {
        self.name = name
        let folder = data + "/" + name
        self.folder = folder
        let lines = try String(contentsOfFile: folder + "/best-known.csv", encoding: .utf8)
            .split(whereSeparator: \.isNewline).dropFirst()
        let all = try lines.map { line -> Instance in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 3, let best = Int(fields[2]) else {
                throw BenchError("\(folder)/best-known.csv: \(line)")
            }
            return Instance(name: String(fields[0]), bestKnown: best)
        }
        let step = max(1, Double(all.count) / Double(most))
        instances = stride(from: 0, to: Double(all.count), by: step).map { all[Int($0)] }
    }
}
