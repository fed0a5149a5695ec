import Foundation
import Optimization

/// A single-mode instance of PSPLIB (Kolisch and Sprecher, 1997): a file `.sm`.
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
        let successors = try part("PRECEDENCE RELATIONS").filter { $0.count >= 3 }
        let requests = try part("REQUESTS/DURATIONS").filter { $0.count >= 3 && $0[1] == 1 }
        // The names of the resources have numbers too.
        guard let capacities = try part("RESOURCEAVAILABILITIES").last, successors.count == requests.count else {
            throw BenchError("\(path): is not a single-mode instance")
        }
        var predecessors: [Int: [String]] = [:]
        for line in successors {
            for successor in line.dropFirst(3) { predecessors[successor, default: []].append("\(line[0])") }
        }
        flow = Flow(
            steps: requests.map { line in
                FlowStep(
                    id: "\(line[0])",
                    duration: Double(line[2]),
                    resources: Dictionary(
                        uniqueKeysWithValues: line.dropFirst(3).enumerated().map {
                            ("R\($0.offset + 1)", Double($0.element))
                        }
                    ),
                    dependencies: predecessors[line[0]] ?? []
                )
            },
            capacity: Dictionary(
                uniqueKeysWithValues: capacities.enumerated().map { ("R\($0.offset + 1)", Double($0.element)) }
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
    init(folder: String, most: Int) throws {
        self.folder = folder
        name = (folder as NSString).lastPathComponent
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
