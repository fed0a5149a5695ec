import FlowPool
import NovaContract
import Testing

/// How much there is of everything, and flows that come back from their JSON.
@Suite struct FlowDefinitionTests {
    // MARK: - Capacity

    @Test func capacityIsANumberOrChanges() throws {
        let flow = try FlowDefinition(
            parsing: #"""
                {"capacity": {
                  "gpu": 1.5, "cpu": [{"from": 0, "amount": 4}, {"from": 60, "amount": 0}],
                  "disk": [{"from": 0, "amount": 2}]
                }}
                """#
        )
        #expect(flow.capacity["gpu"] == .init(1.5))
        #expect(flow.capacity["gpu"]?.constant == 1.5)
        #expect(flow.capacity["cpu"] == .init([.init(from: 0, amount: 4), .init(from: 60, amount: 0)]))
        #expect(flow.capacity["cpu"]?.constant == nil)
        #expect(flow.capacity["disk"]?.constant == 2)
    }

    @Test(arguments: [
        ("\"4\"", [" must be a number, or an array of objects with from and amount, not a string"]),
        ("null", [" must be a number, or an array of objects with from and amount, not null"]),
        ("-1", [" must be in 0 to 1000000000, not -1"]),
        ("[]", [" must have 1 to 1000 elements, not 0"]),
        ("[4]", ["/0 must be an object with from and amount, not a number"]),
        ("[{}]", ["/0/from is required", "/0/amount is required"]),
        (#"[{"from": 0, "amount": 1e10}]"#, ["/0/amount must be in 0 to 1000000000, not 10000000000"]),
        (#"[{"from": 5, "amount": 1}]"#, ["/0/from must be 0, the flow's start, as it is the first, not 5"]),
        (
            #"[{"from": 0, "amount": 1}, {"from": 9, "amount": 1}, {"from": 9, "amount": 2}]"#,
            ["/2/from must be more than 9, the one before, not 9"]
        ),
        (
            #"[{"from": 0, "amount": 1}, {"from": 1e13, "amount": 1}]"#,
            ["/1/from must be in 0 to 1000000000000, not 10000000000000"]
        ),
        // What is wrong once is told once.
        (#"[{"from": -1, "amount": 1}, {"from": 9, "amount": 1}]"#, ["/0/from must be in 0 to 1000000000000, not -1"]),
    ])
    func capacityHasRules(value: String, expected: [String]) {
        let found = faults { _ = try FlowDefinition(parsing: #"{"capacity": {"g/u": \#(value)}}"#) }
        #expect(found == expected.map { "/capacity/g~1u" + $0 })
    }

    @Test func thereAreAtMostAThousandChanges() throws {
        func flow(_ count: Int) throws -> FlowDefinition {
            let changes = (0..<count).map { #"{"from": \#($0), "amount": 1}"# }.joined(separator: ",")
            return try FlowDefinition(parsing: #"{"capacity": {"gpu": [\#(changes)]}}"#)
        }
        #expect(try flow(1_000).capacity["gpu"]?.changes.count == 1_000)
        #expect(faults { _ = try flow(1_001) } == ["/capacity/gpu must have 1 to 1000 elements, not 1001"])
    }

    // MARK: - JSON

    /// As a worker of an older version writes and reads them.
    private static let plain = #"""
        {"steps": [
          {"id": "a", "duration": 1.5, "resources": {"gpu": 0.25}, "dependencies": ["b", "b"]},
          {"id": "b", "duration": 0, "resources": {}, "dependencies": []}
        ], "capacity": {"gpu": 1}}
        """#

    private static let rich = #"""
        {"steps": [
          {"id": "a", "duration": 1.5, "resources": {"gpu": 0.25}, "cost": 2, "quality": 0, "release": 3, "due": 4.5,
           "weight": 0, "progress": {"started": 1, "finished": 2.25}, "dependencies": [
             {"step": "b", "from": "start", "min_lag": 0}, "b", {"step": "b", "from": "finish", "min_lag": 1, "max_lag": 2}
           ]},
          {"id": "b", "options": [
             {"name": "fast", "duration": 1, "resources": {"gpu": 2}, "cost": 0.1, "quality": 0.3},
             {"name": "slow", "duration": 9, "resources": {}, "quality": 1}
           ], "progress": {"started": 0.5, "option": "slow"}, "dependencies": []},
          {"id": "c", "options": [{"name": "1", "duration": 1, "resources": {}}], "dependencies": []}
        ], "capacity": {"gpu": [{"from": 0, "amount": 1}, {"from": 0.000001, "amount": 1000000000}], "cpu": 0.1}}
        """#

    @Test(arguments: [plain, rich]) func nothingIsAddedToWhatWasSaidAndNothingLost(text: String) throws {
        let flow = try FlowDefinition(parsing: text)
        let written = flow.json.jsonString
        #expect(try JSONValue(parsing: written) == (try JSONValue(parsing: text)))
        #expect(try FlowDefinition(parsing: written) == flow)
    }

    @Test(arguments: [
        #"{"steps": [{"id": "a", "duration": 1, "cost": 5, "options": [{}, {"cost": 2}]}]}"#,
        #"{"steps": [{"id": "a", "options": [{"name": "only", "duration": 1}], "weight": 1, "release": 0}]}"#,
        #"{"steps": [{"id": "a", "duration": 1, "dependencies": [{"step": "b", "from": "finish", "min_lag": 0}]}]}"#,
        #"{"steps": [], "capacity": {"gpu": [{"from": 0, "amount": 3}]}}"#,
        "{}",
    ])
    func whatIsSaidInAnotherWayIsTheSame(text: String) throws {
        let flow = try FlowDefinition(parsing: text)
        #expect(try FlowDefinition(parsing: flow.json.jsonString) == flow)
    }

    @Test func aStoredFlowMaySayAllOfIt() throws {
        let body = try JSONValue(parsing: Self.rich)
        #expect(try StoreFlow(flowID: "f", body: body).definition == (try FlowDefinition(parsing: Self.rich)))
    }
}
