import Optimization
import Testing

/// Each fault of a flow is found and named with its place.
@Suite struct FlowValidationTests {
    private func places(_ flow: Flow) -> [String] {
        do {
            _ = try FlowProblem(flow)
            return []
        } catch {
            return error.issues.map { issue in
                issue.path.map {
                    switch $0 {
                    case .key(let key), .constraint(let key): key
                    case .index(let index): "\(index)"
                    }
                }.joined(separator: "/")
            }
        }
    }

    @Test func acceptsWhatIsSound() {
        #expect(places(Flow(steps: [])) == [])
        #expect(places(.jobShop) == [])
        #expect(places(Flow(steps: [step("b", 1, after: ["a", "a"]), step("a", 0, ["air": 1e9])])) == [])
    }

    @Test func namesIds() {
        #expect(places(Flow(steps: [step("a", 1), step("b", 1), step("a", 1)])) == ["steps/2/id"])
        #expect(places(Flow(steps: [step("", 1)])) == ["steps/0/id"])
    }

    @Test(arguments: [-1, .nan, .infinity, -.infinity, 1e8 + 1])
    func namesDurations(_ duration: Double) {
        #expect(places(Flow(steps: [step("a", 1), step("b", duration)])) == ["steps/1/duration"])
    }

    @Test(arguments: [-0.5, .nan, .infinity, 1e9 + 1])
    func namesAmounts(_ amount: Double) {
        let flow = Flow(steps: [step("a", 1, ["gpu": amount])], capacity: ["gpu": 4, "cpu": amount])
        #expect(places(flow) == ["capacity/cpu", "steps/0/resources/gpu"])
    }

    @Test func namesDemandsAboveCapacity() {
        let flow = Flow(steps: [step("a", 1, ["gpu": 4]), step("b", 1, ["gpu": 4.5])], capacity: ["gpu": 4])
        #expect(places(flow) == ["steps/1/resources/gpu"])
    }

    @Test func namesDependencies() {
        #expect(places(Flow(steps: [step("a", 1, after: ["x"])])) == ["steps/0/dependencies/0"])
        #expect(places(Flow(steps: [step("b", 1), step("a", 1, after: ["b", "a"])])) == ["steps/1/dependencies/1"])
    }

    @Test func namesCycles() throws {
        let flow = Flow(
            steps: [
                step("free", 1), step("a", 1, after: ["free", "c"]), step("b", 1, after: ["a"]),
                step("c", 1, after: ["b"]), step("behind", 1, after: ["c"]), step("p", 1, after: ["q"]),
                step("q", 1, after: ["p"]),
            ]
        )
        #expect(places(flow) == ["steps/1/dependencies/1", "steps/5/dependencies/0"])
        let error = #expect(throws: FlowValidationError.self) { try FlowProblem(flow) }
        #expect(try #require(error).issues[0].message.contains("a → c → b → a"))
    }

    @Test func namesSizes() {
        #expect(places(Flow(steps: (0...10_000).map { step("\($0)", 1) })) == ["steps"])
        let capacity = Dictionary(uniqueKeysWithValues: (0...256).map { ("r\($0)", 1.0) })
        #expect(places(Flow(steps: [], capacity: capacity)) == ["capacity"])
        #expect(places(Flow(steps: (0...20).map { step("\($0)", 1e8) })) == ["steps"])
    }

    @Test func findsAllAtOnceAndCountsPastTheBound() throws {
        let flow = Flow(steps: [step("a", -1, ["gpu": 9], after: ["x"]), step("a", 1)], capacity: ["gpu": 1])
        #expect(
            Set(places(flow)) == [
                "steps/0/duration", "steps/0/resources/gpu", "steps/0/dependencies/0", "steps/1/id",
            ]
        )
        let many = Flow(steps: (0..<150).map { step("\($0)", -1) })
        let error = try #require(throws: FlowValidationError.self) { try FlowProblem(many) }
        #expect(error.issues.count == FlowValidationError.maximumIssues)
        #expect(error.omitted == 50)
    }
}
