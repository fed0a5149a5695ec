import FlowPool
import NovaContract
import Testing

/// What may be said of a step.
@Suite struct FlowStepTests {
    private typealias Step = FlowDefinition.Step

    /// A step `a` with these members.
    private static func step(_ members: String) throws -> Step {
        let flow = try FlowDefinition(parsing: #"{"steps": [{"id": "a", \#(members)}]}"#)
        return try #require(flow.steps.first)
    }

    // MARK: - Options

    @Test func aStepWithoutOptionsIsItsOnlyOne() throws {
        let step = try Self.step(#""duration": 2, "resources": {"gpu": 1}, "cost": 3, "quality": 0.5"#)
        #expect(
            step.options == [.init(name: Step.Option.only, duration: 2, resources: ["gpu": 1], cost: 3, quality: 0.5)]
        )
        #expect(try Self.step(#""duration": 2, "options": null"#) == Step(id: "a", duration: 2))
    }

    @Test func anOptionHasTheStepsWhereItSaysNothing() throws {
        let step = try Self.step(
            #"""
            "duration": 2, "resources": {"gpu": 1}, "cost": 3, "quality": 0.5, "options": [
              {}, {"name": "slow", "duration": 9}, {"resources": {"cpu": 2}}, {"resources": {}, "cost": 0, "quality": 1}
            ]
            """#
        )
        #expect(
            step.options == [
                .init(name: "1", duration: 2, resources: ["gpu": 1], cost: 3, quality: 0.5),
                .init(name: "slow", duration: 9, resources: ["gpu": 1], cost: 3, quality: 0.5),
                .init(name: "3", duration: 2, resources: ["cpu": 2], cost: 3, quality: 0.5),
                .init(name: "4", duration: 2, resources: [:], cost: 0, quality: 1),
            ]
        )
    }

    @Test func aDurationOfEachOptionIsEnough() throws {
        let step = try Self.step(#""options": [{"duration": 1}, {"duration": 2}]"#)
        #expect(step.options == [.init(name: "1", duration: 1), .init(name: "2", duration: 2)])
    }

    @Test(arguments: [
        ("\"cost\": 1", ["/duration is required, on the step or in each of its options"]),
        (#""options": [{"duration": 1}, {}]"#, ["/options/1/duration is required, here or on the step"]),
        (
            #""duration": 1, "options": []"#,
            ["/options must have 1 to 64 options, not 0; leave it out where there is no choice"]
        ),
        (#""options": {"duration": 1}"#, ["/options must be an array, not an object"]),
        (
            #""duration": 1, "options": [3]"#,
            ["/options/0 must be an object with what differs from the step, not a number"]
        ),
        (
            #""duration": 1, "options": [{"name": "2"}, {}]"#,
            ["/options/1/name must be of its own within the step: \"2\" is the name of an option before"]
        ),
        (
            #""duration": 1, "options": [{"quality": 1}, {}]"#,
            ["/options/1/quality is required, as another option of the step has one: give it to all of them or to none"]
        ),
        (#""duration": 1, "options": [{"name": ""}]"#, ["/options/0/name must have 1 to 200 bytes, not 0"]),
        // What is wrong once is told once.
        (#""duration": -1, "options": [{}, {}]"#, ["/duration must be in 0 to 100000000, not -1"]),
        (#""options": [{"duration": -1}]"#, ["/options/0/duration must be in 0 to 100000000, not -1"]),
        (
            #""duration": 1, "options": [{"quality": 2}, {"quality": 1}]"#,
            ["/options/0/quality must be in 0 to 1, not 2"]
        ),
        (#""duration": 1, "options": [{"cost": -1}]"#, ["/options/0/cost must be in 0 to 1000000000, not -1"]),
        (#""duration": 1, "cost": 1e10"#, ["/cost must be in 0 to 1000000000, not 10000000000"]),
        (#""duration": 1, "options": [{"resources": {"x": null}}]"#, ["/options/0/resources/x is required"]),
    ])
    func optionsHaveRules(members: String, expected: [String]) {
        #expect(faults { _ = try Self.step(members) } == expected.map { "/steps/0" + $0 })
    }

    @Test func thereAreAtMostSixtyFourOptions() throws {
        func step(_ count: Int) throws -> Step {
            let options = Array(repeating: "{}", count: count).joined(separator: ",")
            return try Self.step(#""duration": 1, "options": [\#(options)]"#)
        }
        #expect(try step(Step.maximumOptions).options.count == 64)
        let found = faults { _ = try step(Step.maximumOptions + 1) }
        #expect(found.count == 1 && found.first?.hasPrefix("/steps/0/options ") == true)
    }

    // MARK: - What it waits for

    @Test func stepsWaitForTheFinishOrTheStartOfOthers() throws {
        let step = try Self.step(
            #"""
            "duration": 1, "dependencies": [
              {"step": "s", "from": "start", "min_lag": 2, "max_lag": 3}, "b", {"step": "c"}, "b",
              {"step": "d", "from": "finish", "min_lag": 0, "max_lag": null}, {"step": "e", "max_lag": 0},
              {"step": "f", "from": "start"}
            ]
            """#
        )
        #expect(step.dependencies == ["b", "c", "b", "d"])
        #expect(
            step.lags == [
                .init(step: "s", from: .start, minimum: 2, maximum: 3), .init(step: "e", maximum: 0),
                .init(step: "f", from: .start),
            ]
        )
        #expect(step.waits.map(\.step) == ["s", "b", "c", "b", "d", "e", "f"])
    }

    @Test(arguments: [
        ("3", " must be the id of a step, or an object with step, not a number"),
        ("null", " must be the id of a step, or an object with step, not null"),
        ("\"\"", " must have 1 to 200 bytes, not 0"),
        (#"{"from": "start"}"#, "/step is required"),
        (#"{"step": "b", "from": "end"}"#, "/from must be one of start, finish, not \"end\""),
        (#"{"step": "b", "min_lag": -1}"#, "/min_lag must be in 0 to 100000000, not -1"),
        (#"{"step": "b", "max_lag": 1e9}"#, "/max_lag must be in 0 to 100000000, not 1000000000"),
        (
            #"{"step": "b", "min_lag": 5, "max_lag": 4}"#,
            "/max_lag must be at least min_lag, which is 5, not 4"
        ),
    ])
    func lagsHaveRules(element: String, fault: String) {
        let found = faults { _ = try Self.step(#""duration": 1, "dependencies": ["c", \#(element)]"#) }
        #expect(found == ["/steps/0/dependencies/1" + fault])
    }

    // MARK: - Times

    @Test func timesAreRead() throws {
        let step = try Self.step(#""duration": 1, "release": 2, "due": 1e12, "weight": 0"#)
        #expect((step.release, step.due, step.weight) == (2, 1e12, 0))
        let plain = try Self.step(#""duration": 1"#)
        #expect((plain.release, plain.due, plain.weight) == (0, nil, 1))
    }

    /// What was wanted by may be over before the flow begins.
    @Test(arguments: [-5, -0.5, -1e12, 0, 1e12]) func aDueDateMayBeBeforeTheStart(due: Double) throws {
        let flow = try FlowDefinition(parsing: #"{"steps": [{"id": "a", "duration": 1, "due": \#(due)}]}"#)
        #expect(flow.steps.first?.due == due)
        #expect(flow.json["steps"]?.arrayValue?.first?["due"]?.doubleValue == due)
    }

    @Test(arguments: ["-1.1e12", "1.1e12", "\"soon\""]) func dueDatesHaveBounds(due: String) {
        let found = faults { _ = try Self.step(#""duration": 1, "due": \#(due)"#) }
        #expect(found.count == 1 && found.first?.hasPrefix("/steps/0/due must be ") == true, "\(found)")
    }

    /// 0.1 + 0.2 is not after 0.3.
    @Test func sumsOfTimesAreInOrderWithinRounding() throws {
        let sum = "0.30000000000000004"
        let lag = try Self.step(#""duration": 1, "dependencies": [{"step": "b", "min_lag": \#(sum), "max_lag": 0.3}]"#)
        #expect(lag.lags.first?.maximum == 0.3)
        let done = try Self.step(#""duration": 1, "progress": {"started": \#(sum), "finished": 0.3}"#)
        #expect(done.progress?.finished == 0.3)
    }

    @Test(arguments: ["release", "weight"], ["-1", "1e13", "\"soon\""])
    func timesHaveRules(name: String, value: String) {
        let found = faults { _ = try Self.step(#""duration": 1, "\#(name)": \#(value)"#) }
        #expect(found.count == 1 && found.first?.hasPrefix("/steps/0/\(name) must be ") == true, "\(found)")
    }

    // MARK: - Progress

    @Test func progressIsRead() throws {
        let running = try Self.step(#""duration": 1, "progress": {"started": 3}"#)
        #expect(running.progress == .init(started: 3))
        let done = try Self.step(
            #""duration": 1, "options": [{}, {}], "progress": {"started": 3, "finished": 3, "option": "2"}"#
        )
        #expect(done.progress == .init(started: 3, finished: 3, option: "2"))
        #expect(FlowDefinition(steps: [running, done]).lastProgress == 3)
        #expect(FlowDefinition(steps: [.init(id: "a", duration: 1)]).lastProgress == 0)
    }

    @Test(arguments: [
        (#"[{}]"#, "3", " must be an object, not a number"),
        (#"[{}]"#, "{}", "/started is required"),
        (#"[{}]"#, #"{"started": -1}"#, "/started must be in 0 to 1000000000000, not -1"),
        (#"[{}]"#, #"{"started": 5, "finished": 4}"#, "/finished must not be before started, which is 5, not 4"),
        (#"[{}]"#, #"{"started": 1, "option": "x"}"#, "/option must be one of the step's options, 1, not \"x\""),
        (
            #"[{"name": "x"}, {"name": "y"}]"#, #"{"started": 1}"#,
            "/option is required, as the step has more than one option: x, y"
        ),
        (
            #"[{"name": "x"}, {"name": "y"}]"#, #"{"started": 1, "option": "z"}"#,
            "/option must be one of the step's options, x, y, not \"z\""
        ),
        (#"[{}, {}]"#, #"{"started": 1, "option": 2}"#, "/option must be a string, not a number"),
    ])
    func progressHasRules(options: String, progress: String, fault: String) {
        let found = faults { _ = try Self.step(#""duration": 1, "options": \#(options), "progress": \#(progress)"#) }
        #expect(found == ["/steps/0/progress" + fault])
    }

    @Test func theOnlyOptionOfAStepWithoutOptionsHasAName() throws {
        let step = try Self.step(#""duration": 1, "progress": {"started": 1, "option": "only"}"#)
        #expect(step.progress?.option == "only")
    }
}
