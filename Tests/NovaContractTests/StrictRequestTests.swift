import Allocation
import FlowPool
import NovaContract
import Testing

/// What a client's request for flows and resources may hold, and what older clients send.
@Suite struct StrictRequestTests {
    private static func optimize(_ text: String) throws -> OptimizeFlow {
        try OptimizeFlow(flowID: "f", body: try JSONValue(parsing: text, from: .request), source: .request)
    }

    private static func allocate(_ text: String) throws -> AllocateRequest {
        try AllocateRequest(body: try JSONValue(parsing: text, from: .request), ttl: 1, source: .request)
    }

    private static func store(_ text: String) throws -> StoreFlow {
        try StoreFlow(flowID: "f", body: try JSONValue(parsing: text, from: .request), source: .request)
    }

    private static let flows: [(String, String)] = [
        (#"{"steps":[{"id":"a","duration":1}]}"#, "/steps is not known here; did you mean /parameters/steps?"),
        (#"{"deadline":5}"#, "/deadline is not known here; did you mean /constraints/deadline?"),
        (
            #"{"parameters":{"steps":[],"max_cost":5}}"#,
            "/parameters/max_cost is not known here; did you mean /constraints/max_cost?"
        ),
        (#"{"paramters":{}}"#, #"/paramters is not known; did you mean "parameters"?"#),
        (
            #"{"parameters":{"steps":[{"id":"a","duration":1,"depends_on":["b"]}]}}"#,
            "/parameters/steps/0/depends_on is not known"
        ),
        (
            #"{"parameters":{"steps":[],"objectiv":"cost"}}"#,
            #"/parameters/objectiv is not known; did you mean "objective"?"#
        ),
        (#"{"parameters":{"objectiv":"cost"}}"#, #"/parameters/objectiv is not known; did you mean "objective"?"#),
        (#"{"constraints":{"dead_line":5}}"#, #"/constraints/dead_line is not known; did you mean "deadline"?"#),
        (#"{"parameters":{"steps":[{"id":"e\u0301","duration":1}]}}"#, "/parameters/steps/0/id must be in Unicode"),
        (#"{"parameters":{"capacity":{"":1}}}"#, "/parameters/capacity/ has an empty name"),
    ]

    @Test(arguments: flows) func whatIsNotKnownIsRefused(text: String, fault: String) {
        let found = faults { _ = try Self.optimize(text) }
        #expect(found.count == 1 && found.first?.hasPrefix(fault) == true, "\(found)")
    }

    @Test func stepsSayWhatWasMeant() {
        let found = faults {
            _ = try Self.store(#"{"steps":[{"id":"a","duration":1,"depends_on":[],"x-note":1}],"capacities":{}}"#)
        }
        #expect(
            found == [
                #"/capacities is not known; did you mean "capacity"?"#,
                #"/steps/0/depends_on is not known; did you mean "dependencies"?"#,
            ]
        )
    }

    @Test func whatOlderClientsSendIsPassedOverAndTold() throws {
        let flow = try Self.optimize(#"{"parameters":{"key":"value","x-mine":1},"constraints":{"budget_owner":"me"}}"#)
        #expect(flow.hasParameters && !flow.hasSteps)
        #expect(Set(flow.warnings.map(\.pointer.description)) == ["/parameters/key", "/constraints/budget_owner"])
        let request = try Self.allocate(
            #"{"resources":{"cpu":{"capacity":100,"cores":8}},"priority":1,"constraints":{"region":"eu"}}"#
        )
        #expect(Set(request.warnings.map(\.pointer.description)) == ["/resources/cpu/cores", "/constraints/region"])
        #expect(try !Self.optimize("{}").hasParameters)
    }

    /// A Nova reads what another wrote, perhaps a newer one, without asking.
    @Test func whatANovaWroteIsReadLeniently() throws {
        let body = try JSONValue(parsing: #"{"parameters":{"steps":[{"id":"a","duration":1,"colour":"red"}]},"new":1}"#)
        #expect(try OptimizeFlow(flowID: "f", body: body).definition.steps.count == 1)
    }

    private static let resources: [(String, String)] = [
        (#"{"resources":{"a":1},"constraints":{"tll":5}}"#, #"/constraints/tll is not known; did you mean "ttl"?"#),
        (#"{"resources":{"a":1},"ttl":5}"#, "/ttl is not known here; did you mean /constraints/ttl?"),
        (
            #"{"resources":{"a":{"requestd":5,"min":1}}}"#,
            #"/resources/a/requestd is not known; did you mean "requested"?"#
        ),
        (#"{"resources":{"a":{"min":1,"pool":"b"}}}"#, "/resources/a/pool is not known"),
        (#"{"resources":{"a":{"min":1,"any_of":[]}}}"#, "/resources/a/any_of must name at least one pool"),
        (#"{"resources":{"allocate":1}}"#, "/resources/allocate must not be \"allocate\""),
        (#"{"resources":{"a":0.1111111111111111}}"#, "/resources/a must be said to a thousandth"),
        (#"{"resources":{"a":1},"Priority":5}"#, #"/Priority is not known; did you mean "priority"?"#),
    ]

    @Test(arguments: resources) func whatIsNotKnownOfResourcesIsRefused(text: String, fault: String) {
        let found = faults { _ = try Self.allocate(text) }
        #expect(found.count == 1 && found.first?.hasPrefix(fault) == true, "\(found)")
    }

    /// The numbers of quotas and weights are bounded, and the greatest of them are added up.
    @Test func quotasAreBounded() throws {
        func body(_ count: Int, _ amount: JSONValue, _ member: String) -> JSONValue {
            let named = JSONObject((0..<count).map { ("r\($0)", amount) })
            return .object(["capacity": 9_000_000_000_000, member: .object(named)] as JSONObject)
        }
        for (count, fault) in [
            (1_025, "/quotas must have at most 1000 requesters, not 1025"), (1_000, "/quotas must not be more"),
        ] {
            let found = faults {
                _ = try ResourceDefinition(id: "r", body: body(count, 9_000_000_000_000, "quotas"), source: .request)
            }
            #expect(found.count == 1 && found.first?.hasPrefix(fault) == true, "\(found)")
        }
        #expect(
            faults {
                _ = try ResourceDefinition(id: "r", body: body(1_001, 1, "weights"), source: .request)
            } == ["/weights must have at most 1000 requesters, not 1001"]
        )
        // As it was kept, even where it is more than may be sent.
        let kept = ResourceDefinition(id: "r", kept: body(1_100, 9_000_000_000_000, "quotas"))
        #expect(kept.quotas.count == 1_100)
    }

    /// What GET tells may be changed and sent back.
    @Test func whatWasToldMayBeSentBack() throws {
        var pool = try ResourceDefinition(id: "r", body: ["capacity": 5], source: .request).json
        for name in [
            "declared_capacity", "shrinking", "allocated", "free", "waiting", "used_by", "allocations", "timestamp",
        ] {
            pool[name] = 0
        }
        #expect(try ResourceDefinition(id: "r", body: .object(pool), source: .request).capacity == Amount(whole: 5))
        let flow: JSONValue = [
            "flow_id": "f", "domain": "d", "version": 3, "updated_at": "x", "steps": [], "capacity": [:],
        ]
        #expect(try StoreFlow(flowID: "f", body: flow, source: .request).definition.steps.isEmpty)
    }
}
