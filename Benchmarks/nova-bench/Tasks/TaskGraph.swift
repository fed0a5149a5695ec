import NovaContract
import NovaTestKit

/// Tasks that wait for each other at random; the same for the same seed.
struct TaskGraph: Sendable {
    let priorities: [Int]
    /// For each task, those it waits for: up to four that come before it.
    let dependencies: [[Int]]

    static let maximumDependencies = 4

    init(count: Int, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        priorities = (0..<count).map { _ in Int.random(in: 1...5, using: &generator) }
        dependencies = (0..<count).map { index in
            let wanted = index == 0 ? 0 : Int.random(in: 0...min(index, Self.maximumDependencies), using: &generator)
            return Set((0..<wanted).map { _ in Int.random(in: 0..<index, using: &generator) }).sorted()
        }
    }

    var count: Int { priorities.count }

    static func id(_ index: Int) -> String { "t\(index)" }
    static func index(_ id: String) -> Int? { id.hasPrefix("t") ? Int(id.dropFirst()) : nil }

    /// Bodies of batches, each with what it waits for in itself or in those before it.
    func batches(of size: Int) -> [JSONValue] {
        stride(from: 0, to: count, by: size).map { start in
            let tasks = (start..<min(start + size, count)).map { index -> JSONValue in
                [
                    "task_id": .string(Self.id(index)), "type": "bench", "priority": JSONValue(priorities[index]),
                    "dependencies": JSONValue(dependencies[index].map(Self.id)),
                    "retries": ["maximum": 100, "backoff": 0],
                ]
            }
            return ["tasks": .array(tasks)]
        }
    }
}
