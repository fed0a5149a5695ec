import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// Flows with options and constraints, over real processes.
@Suite(.timeLimit(.minutes(4))) struct FlowOptionTests {
    private static let steps: JSONValue = [
        ["id": "fetch", "duration": 20],
        [
            "id": "draft", "dependencies": ["fetch"],
            "options": [
                ["name": "small", "duration": 60, "cost": 1, "quality": 0.7, "resources": ["gpu": 1]],
                ["name": "large", "duration": 30, "cost": 5, "quality": 0.9, "resources": ["gpu": 2]],
            ],
        ],
        [
            "id": "images", "resources": ["gpu": 1], "dependencies": [["step": "fetch", "min_lag": 5]],
            "options": [["name": "fast", "duration": 40, "cost": 3], ["name": "cheap", "duration": 80, "cost": 1]],
        ],
    ]

    private static func body(_ constraints: JSONValue, _ more: JSONObject = [:]) -> JSONValue {
        let parameters: JSONObject = ["steps": steps, "capacity": ["gpu": 2], "time_limit": 20]
        return [
            "parameters": .object(parameters.merging(more) { _, more in more }), "constraints": constraints,
        ]
    }

    private static func options(_ answer: JSONValue) -> [String: String] {
        let steps = answer["analytics"]?["schedule"]?.arrayValue ?? []
        let chosen = steps.compactMap { step in
            step["option"]?.stringValue.map { (step["step"]?.stringValue ?? "", $0) }
        }
        return Dictionary(uniqueKeysWithValues: chosen)
    }

    @Test func optionsAreChosenWithinTheConstraints() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            let free = try await api.optimize("f", Self.body([:]))
            #expect(free.status == 200, "\(free.text)")
            let freeJSON = try free.json
            // Both at once: 20 + 60 for the draft, and the images are done before.
            #expect(freeJSON["analytics"]?["makespan"] == 80)
            #expect(Self.options(freeJSON) == ["draft": "small", "images": "fast"])
            #expect(freeJSON["analytics"]?["is_optimal"] == true)
            #expect(freeJSON["analytics"]?["cost"] == 4)

            let poor = try await api.optimize("f", Self.body(["max_cost": 2]))
            let poorJSON = try poor.json
            #expect(Self.options(poorJSON) == ["draft": "small", "images": "cheap"])
            #expect(poorJSON["analytics"]?["makespan"] == 105)

            let good = try await api.optimize("f", Self.body(["min_quality": ["value": 0.8, "of": "mean"]]))
            let goodJSON = try good.json
            #expect(Self.options(goodJSON)["draft"] == "large")
            #expect(goodJSON["analytics"]?["quality"] == 0.9)

            let front = try await api.optimize("f", Self.body([:], ["pareto": true]))
            let points = try front.json["analytics"]?["pareto"]?.arrayValue ?? []
            #expect(points.map { $0["makespan"] } == [80, 105])
            #expect(points.map { $0["cost"] } == [4, 2])
        }
    }

    @Test func whatConflictsIsNamedByItsPlace() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            let answer = try await api.optimize(
                "f",
                Self.body(["max_cost": 4, "deadline": 100, "min_quality": 0.8])
            )
            #expect(answer.status == 422)
            let error = try answer.json["error"]
            #expect(error?["code"] == "INFEASIBLE")
            let places = error?["details"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue } ?? []
            // Good enough is only the large one: 5, and at least 1 for the images.
            #expect(Set(places) == ["/constraints/max_cost", "/constraints/min_quality"])
        }
    }

    @Test func aDeadlineIsMetWithinRounding() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            for (deadline, isMet): (JSONValue, JSONValue) in [(0.7999999999999999, true), (0.9, true)] {
                let answer = try await api.optimize(
                    "f",
                    [
                        "parameters": ["steps": [["id": "a", "duration": 0.8]], "time_limit": 20],
                        "constraints": ["deadline": deadline],
                    ]
                )
                #expect(try answer.json["analytics"]?["makespan"] == 0.8, "\(answer.text)")
                #expect(try answer.json["analytics"]?["meets_deadline"] == isMet)
            }
        }
    }

    @Test func whatHasBegunIsPlannedAround() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            let path = "/api/orchestration/flows/running"
            var steps = try #require(Self.steps.arrayValue)
            steps[0] = ["id": "fetch", "duration": 20, "progress": ["started": 0, "finished": 30]]
            let stored = try await api.send(.PUT, path, ["steps": .array(steps), "capacity": ["gpu": 2]])
            #expect(stored.status == 200, "\(stored.text)")
            let answer = try await api.optimize("running", ["parameters": ["now": 33, "time_limit": 20]])
            let schedule = try answer.json["analytics"]?["schedule"]?.arrayValue ?? []
            let starts = schedule.map { ($0["step"]?.stringValue ?? "", $0["start"]?.doubleValue ?? -1) }
            #expect(Dictionary(uniqueKeysWithValues: starts) == ["fetch": 0, "draft": 33, "images": 35])
            #expect(try answer.json["analytics"]?["makespan"] == 93)
        }
    }
}
