import FlowPool
import NovaContract
import Testing

/// What may be asked of a flow.
@Suite struct OptimizeFlowTests {
    private static func request(_ text: String) throws -> OptimizeFlow {
        try OptimizeFlow(flowID: "f", body: try JSONValue(parsing: text))
    }

    private static func parameters(_ members: String) throws -> OptimizeFlow {
        try request(#"{"parameters": {\#(members)}}"#)
    }

    private static func constraints(_ members: String) throws -> OptimizeFlow.Constraints {
        try request(#"{"constraints": {\#(members)}}"#).constraints
    }

    // MARK: - Parameters

    @Test func whatIsNotSaidIsAsBefore() throws {
        let request = try Self.request("{}")
        #expect(request.objective == .makespan)
        #expect(!request.wantsPareto)
        #expect(request.durations == .declared)
        #expect(request.now == nil && request.targetGap == nil && request.threads == nil && request.iterations == nil)
        #expect(request.constraints.deadline == nil && request.constraints.maximumCost == nil)
        #expect(request.constraints.minimumQuality == nil && request.constraints.budgets.isEmpty)
    }

    @Test func parametersAreRead() throws {
        let request = try Self.parameters(
            #""pareto": true, "now": 5, "target_gap": 0.05, "threads": 2, "durations": "p90", "time_limit": 3, "seed": 7, "iterations": 900"#
        )
        #expect(request.wantsPareto)
        #expect(request.durations == .p90)
        #expect((request.now, request.targetGap, request.threads, request.iterations) == (5, 0.05, 2, 900))
        #expect((request.timeLimit, request.seed) == (3, 7))
    }

    private static let objectives: [(String, OptimizeFlow.Objective)] = [
        ("\"makespan\"", .init(makespan: 1)), ("\"cost\"", .init(cost: 1)), ("\"quality\"", .init(quality: 1)),
        (#"{"makespan": 1, "cost": 2, "quality": 3}"#, .init(makespan: 1, cost: 2, quality: 3)),
        (#"{"cost": 0.5}"#, .init(cost: 0.5)), ("null", .makespan),
    ]

    @Test(arguments: objectives)
    func anObjectiveIsAWordOrWeights(text: String, objective: OptimizeFlow.Objective) throws {
        #expect(try Self.parameters(#""objective": \#(text)"#).objective == objective)
    }

    @Test(arguments: [
        (#""objective": "time""#, ["/objective must be one of makespan, cost, quality, not \"time\""]),
        (
            #""objective": 1"#,
            ["/objective must be makespan, cost, quality, or an object with weights of these, not a number"]
        ),
        (#""objective": {}"#, ["/objective must give makespan, cost or quality a weight above 0"]),
        (#""objective": {"cost": 0}"#, ["/objective must give makespan, cost or quality a weight above 0"]),
        (#""objective": {"cost": -1}"#, ["/objective/cost must be in 0 to 1000000000, not -1"]),
        (
            #""objective": {"costs": 1, "makespan": 1}"#,
            ["/objective/costs must be one of makespan, cost, quality, not \"costs\""]
        ),
        (#""pareto": 1"#, ["/pareto must be true or false, not a number"]),
        (#""now": -1"#, ["/now must be in 0 to 1000000000000, not -1"]),
        (#""target_gap": 1.5"#, ["/target_gap must be in 0 to 1, not 1.5"]),
        (#""iterations": 0"#, ["/iterations must be a whole number from 1 to 1000000000000"]),
        (#""threads": 0"#, ["/threads must be a whole number from 1 to 64"]),
        (#""threads": 65"#, ["/threads must be a whole number from 1 to 64"]),
        (#""threads": 1.5"#, ["/threads must be a whole number from 1 to 64"]),
        (#""durations": "p99""#, ["/durations must be one of declared, median, p90, not \"p99\""]),
        (#""unknown": {"to": "us"}"#, []),
    ])
    func parametersHaveRules(members: String, expected: [String]) {
        #expect(faults { _ = try Self.parameters(members) } == expected.map { "/parameters" + $0 })
    }

    // MARK: - Constraints

    @Test func constraintsAreRead() throws {
        let constraints = try Self.constraints(
            #""deadline": 60, "max_cost": 1e12, "min_quality": 0.9, "budgets": {"tokens": 1e12, "usd": 0}"#
        )
        #expect((constraints.deadline, constraints.maximumCost) == (60, 1e12))
        #expect(constraints.minimumQuality == .init(0.9, .minimum))
        #expect(constraints.budgets == ["tokens": 1e12, "usd": 0])
    }

    @Test(arguments: OptimizeFlow.Constraints.Quality.Measure.allCases)
    func qualityIsMeasuredInThreeWays(measure: OptimizeFlow.Constraints.Quality.Measure) throws {
        let constraints = try Self.constraints(#""min_quality": {"value": 0.5, "of": "\#(measure)"}"#)
        #expect(constraints.minimumQuality == .init(0.5, measure))
    }

    @Test(arguments: [
        (#""deadline": "soon""#, ["/deadline must be a number, not a string"]),
        (#""max_cost": 1e13"#, ["/max_cost must be in 0 to 1000000000000, not 10000000000000"]),
        (#""min_quality": 1.1"#, ["/min_quality must be in 0 to 1, not 1.1"]),
        (#""min_quality": "high""#, ["/min_quality must be a number, or an object with value and of, not a string"]),
        (
            #""min_quality": {}"#,
            [
                "/min_quality/value is required", "/min_quality/of is required: one of minimum, mean, product",
            ]
        ),
        (
            #""min_quality": {"value": 1, "of": "median"}"#,
            ["/min_quality/of must be one of minimum, mean, product, not \"median\""]
        ),
        (#""budgets": [1]"#, ["/budgets must be an object, not an array"]),
        (#""budgets": {"usd": -1}"#, ["/budgets/usd must be in 0 to 1000000000000, not -1"]),
        (#""budgets": {"usd": null}"#, ["/budgets/usd is required"]),
        (#""unknown": 4"#, []),
    ])
    func constraintsHaveRules(members: String, expected: [String]) {
        #expect(faults { _ = try Self.constraints(members) } == expected.map { "/constraints" + $0 })
    }

    @Test func thereAreAtMost256Budgets() throws {
        func budgets(_ count: Int) throws -> Int {
            let members = (0..<count).map { #""\#($0)": 1"# }.joined(separator: ",")
            let body = try JSONValue(parsing: #"{"constraints": {"budgets": {\#(members)}}}"#)
            return try OptimizeFlow(flowID: "f", body: body, source: .request).constraints.budgets.count
        }
        #expect(try budgets(256) == 256)
        #expect(faults { _ = try budgets(257) } == ["/constraints/budgets must have at most 256 resources, not 257"])
    }
}
