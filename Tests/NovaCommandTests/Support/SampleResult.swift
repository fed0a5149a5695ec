import NovaContract

@testable import NovaCommand

/// Results as a worker answers them.
enum SampleResult {
    typealias Step = (id: String, start: Double, finish: Double)

    static func json(
        _ schedule: [Step],
        submitted: [Step] = [],
        critical: [String] = [],
        utilization: [String: Double] = [:],
        advice: [(text: String, saves: Double)] = [],
        reason: String? = nil
    ) -> JSONValue {
        let makespan = schedule.map(\.finish).max() ?? 0
        let before = submitted.map(\.finish).max() ?? makespan
        var members: JSONObject = [
            "flow_id": "sample",
            "optimizations": .array(
                advice.map {
                    ["type": "shorten", "description": .string($0.text), "saves_seconds": JSONValue($0.saves)]
                }
            ),
            "analytics": [
                "makespan": JSONValue(makespan),
                "baseline": [
                    "sequential": JSONValue(schedule.reduce(0) { $0 + $1.finish - $1.start }),
                    "submitted": JSONValue(before),
                ],
                "lower_bound": JSONValue(makespan), "lower_bound_source": "critical path", "gap": 0,
                "is_optimal": true, "critical_path": JSONValue(critical),
                "utilization": .object(utilization.mapValues { JSONValue($0) }),
                "schedule": steps(schedule), "submitted_schedule": steps(submitted),
                "iterations": 12, "stopped": "optimal",
            ],
            "confidence": 1, "timestamp": "2026-01-01T00:00:00.000Z",
        ]
        if let reason { members["reason"] = .string(reason) }
        return .object(members)
    }

    private static func steps(_ steps: [Step]) -> JSONValue {
        .array(
            steps.map {
                ["step": .string($0.id), "start": JSONValue($0.start), "finish": JSONValue($0.finish), "option": .null]
            }
        )
    }

    /// `count` steps, each a second after the one before, of one to ten seconds.
    static func many(_ count: Int) -> [Step] {
        (0..<count).map { number in
            let finish = number + 1 + number % 10
            return (id: "step-\(number)", start: Double(number), finish: Double(finish))
        }
    }
}
