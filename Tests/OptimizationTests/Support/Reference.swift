@testable import Optimization

/// Schedules by the plainest means, to hold the optimizer against.
///
/// Shares nothing with it.
struct Reference {
    private let steps: [String: FlowStep]
    private let capacity: [String: Int]

    init(_ flow: Flow) {
        steps = Dictionary(uniqueKeysWithValues: flow.steps.map { ($0.id, $0) })
        capacity = flow.capacity.mapValues { Self.whole($0.most) }
    }

    static func whole(_ value: Double) -> Int { Int((value * 1e6).rounded()) }

    /// Starts of each step taken in this order as early as it fits, in millionths of a second.
    func starts(_ order: [String]) -> [String: Int] {
        var placed: [String: (start: Int, finish: Int)] = [:]
        for id in order {
            guard let step = steps[id] else { continue }
            let ready = step.dependencies.map { placed[$0]?.finish ?? 0 }.max() ?? 0
            let moments = ([ready] + placed.values.map(\.finish).filter { $0 > ready }).sorted()
            let length = Self.whole(step.duration)
            let start = moments.first { fits(step, $0, $0 + length, placed) } ?? 0
            placed[id] = (start, start + length)
        }
        return placed.mapValues(\.start)
    }

    func makespan(_ order: [String]) -> Int {
        starts(order).map { $0.value + Self.whole(steps[$0.key]?.duration ?? 0) }.max() ?? 0
    }

    /// The shortest of all orders.
    ///
    /// For a handful of steps.
    func optimum() -> Int {
        var best = Int.max
        extend([], &best)
        return best
    }

    /// The submitted order, with each step that waits for a later one moved behind it.
    func submittedOrder(_ flow: Flow) -> [String] {
        var order: [String] = []
        while order.count < flow.steps.count {
            let next = flow.steps.first { step in
                !order.contains(step.id) && step.dependencies.allSatisfy(order.contains)
            }
            guard let next else { return order }
            order.append(next.id)
        }
        return order
    }

    /// The order with `moved` and all they wait for put in front of `before`.
    func order(_ order: [String], moving moved: [String], before: String) -> [String] {
        var group = Set(moved)
        var open = moved
        while let id = open.popLast() {
            for other in steps[id]?.dependencies ?? [] where group.insert(other).inserted { open.append(other) }
        }
        let place = order.firstIndex(of: before) ?? 0
        let head = order[..<place]
        let tail = order[place...]
        return head + tail.filter(group.contains) + tail.filter { !group.contains($0) }
    }

    private func extend(_ order: [String], _ best: inout Int) {
        if order.count == steps.count { best = min(best, makespan(order)) }
        for (id, step) in steps where !order.contains(id) && step.dependencies.allSatisfy(order.contains) {
            extend(order + [id], &best)
        }
    }

    /// Whether it can run from `start` to `finish` beside what is placed: looked at wherever usage can rise.
    private func fits(_ step: FlowStep, _ start: Int, _ finish: Int, _ placed: [String: (start: Int, finish: Int)])
        -> Bool
    {
        guard start < finish else { return true }
        let moments = [start] + placed.values.map(\.start).filter { $0 > start && $0 < finish }
        return moments.allSatisfy { moment in
            step.resources.allSatisfy { name, amount in
                guard let limit = capacity[name] else { return true }
                let used = placed.reduce(0) { sum, other in
                    guard other.value.start <= moment, moment < other.value.finish else { return sum }
                    return sum + Self.whole(steps[other.key]?.resources[name] ?? 0)
                }
                return used + Self.whole(amount) <= limit
            }
        }
    }
}
