import FlowPool
import NovaContract
import Testing

@Suite struct FlowRequestTests {
    private func optimize(_ body: JSONValue, flowID: String = "f") throws -> OptimizeFlow {
        try OptimizeFlow(flowID: flowID, body: body)
    }

    private func faults(_ body: JSONValue, flowID: String = "f") -> [String] {
        do {
            _ = try optimize(body, flowID: flowID)
            return []
        } catch let error as NovaError {
            #expect(error.code == .validationError)
            return error.details.map(\.pointer.description)
        } catch {
            Issue.record(error)
            return []
        }
    }

    @Test func aFullRequestIsRead() throws {
        let request = try optimize([
            "flow_id": "f",
            "parameters": [
                "steps": [
                    ["id": "a", "duration": 2, "resources": ["gpu": 1]],
                    ["id": "b", "duration": 0.5, "dependencies": ["a"]],
                ],
                "capacity": ["gpu": 2], "time_limit": 3, "seed": 7, "older_clients_send_this": true,
            ],
            "constraints": ["deadline": 90, "older_clients_send_this": "too"],
        ])
        #expect(request.definition.steps.map(\.id) == ["a", "b"])
        #expect(request.definition.steps[0].options[0].resources == ["gpu": 1])
        #expect(request.definition.steps[1].dependencies == ["a"])
        #expect(request.definition.capacity == ["gpu": .init(2)])
        #expect(request.hasSteps)
        #expect(request.timeLimit == 3)
        #expect(request.seed == 7)
        #expect(request.constraints.deadline == 90)
    }

    @Test func nothingNeedBeSaid() throws {
        let request = try optimize([:])
        #expect(!request.hasSteps)
        #expect(request.definition == FlowDefinition())
    }

    @Test func eachWrongFieldIsNamed() {
        let body: JSONValue = [
            "flow_id": "another",
            "parameters": [
                "steps": [
                    ["duration": 1], ["id": "b"], ["id": "c", "duration": -1], ["id": "d", "duration": "5"], 7,
                    ["id": "e", "duration": 1, "resources": ["g/p~u": -2], "dependencies": [3]],
                ],
                "capacity": ["x": nil], "time_limit": 601, "seed": -1,
            ],
            "constraints": 4,
        ]
        #expect(
            faults(body) == [
                "/flow_id", "/constraints", "/parameters/steps/0/id", "/parameters/steps/1/duration",
                "/parameters/steps/2/duration", "/parameters/steps/3/duration", "/parameters/steps/4",
                "/parameters/steps/5/resources/g~1p~0u", "/parameters/steps/5/dependencies/0", "/parameters/capacity/x",
                "/parameters/time_limit", "/parameters/seed",
            ]
        )
    }

    @Test(arguments: [JSONValue("tomorrow"), -1, true, 1e13])
    func aDeadlineIsANumberOfSeconds(deadline: JSONValue) {
        #expect(faults(["constraints": ["deadline": deadline]]) == ["/constraints/deadline"])
    }

    @Test(arguments: [JSONValue.array([]), .null, "text", 1, true])
    func aBodyMustBeAnObject(body: JSONValue) {
        #expect(faults(body) == [""])
    }

    @Test func tooManyStepsAreRefused() {
        let steps = (0...FlowDefinition.maximumSteps).map { JSONValue.object(["id": .string("\($0)"), "duration": 1]) }
        #expect(faults(["parameters": ["steps": .array(steps)]]) == ["/parameters/steps"])
    }

    @Test func manyFaultsAreCounted() throws {
        let steps = JSONValue.array(Array(repeating: 1, count: 80))
        let error = try #require(throws: NovaError.self) { try optimize(["parameters": ["steps": steps]]) }
        #expect(error.details.count == Validator.maximumDetails + 1)
        #expect(error.details.last?.message == "and 30 more")
        #expect(error.message.hasSuffix("(and 79 more)"))
    }

    @Test(arguments: ["", "a\u{0}b", String(repeating: "x", count: 201)])
    func idsHaveRules(id: String) {
        #expect(faults([:], flowID: id) == ["/flow_id"])
    }

    @Test func aStoredFlowMayStandAtTheTopOrInParameters() throws {
        let flow: JSONValue = ["steps": [["id": "a", "duration": 1]], "capacity": ["gpu": 1]]
        let top = try StoreFlow(flowID: "f", body: flow)
        let nested = try StoreFlow(flowID: "f", body: ["parameters": flow])
        #expect(top.definition == nested.definition)
        #expect(top.pointer == .root)
        #expect(nested.pointer == "/parameters")
        #expect(throws: NovaError.self) { try StoreFlow(flowID: "f", body: [:]) }
    }
}
