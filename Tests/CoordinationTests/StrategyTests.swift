import Coordination
import NovaContract
import Testing

/// Each strategy by what it asks, and what it makes of the answers.
@Suite struct StrategyTests {
    @Test func parallelAsksAllAtOnce() throws {
        var play = Rehearsal(["a", "b", "c"], strategy: .parallel)
        let state = try play.play { $0.agentID == "b" ? .failed("no") : .completed(.string($0.agentID)) }
        #expect(play.asked.map(\.agentID) == ["a", "b", "c"])
        let (result, confidence) = try #require(state.finished)
        #expect(
            result["results"]?.arrayValue?.map { $0["result"] }
                == ["a", nil, "c"].map { $0.map { .string($0) } ?? .null }
        )
        #expect(confidence > 0.2 && confidence < 2.0 / 3)
        var none = Rehearsal(["a"], strategy: .parallel)
        #expect(try none.play { _ in .timedOut }.failure == "no agent has done its part: a: not done in time")
    }

    @Test func sequentialShowsEachWhatCameBefore() throws {
        var play = Rehearsal(["a", "b", "c"], strategy: .sequential)
        let state = try play.play { $0.agentID == "b" ? .failed("no") : .completed(.string($0.agentID)) }
        let before = play.asked.map { $0.input["before"]?.arrayValue?.map { $0["agent_id"] } }
        #expect(before == [[], ["a"], ["a"]])
        #expect(state.finished?.result["final"] == "c")
    }

    @Test func pipelineGivesEachStageTheLastOutput() throws {
        let task: JSONValue = ["stages": ["draft", ["name": "check", "capabilities": ["qa"]]], "text": "t"]
        let agents = [Participant(id: "a"), Participant(id: "b", capabilities: ["qa"]), Participant(id: "c")]
        var play = Rehearsal(agents, task: task, strategy: .pipeline)
        let state = try play.play { part in
            part.agentID == "a" ? .failed("no") : .completed(["by": .string(part.agentID)])
        }
        #expect(
            play.asked.map(\.agentID) == ["a", "b", "b"] || play.asked.map(\.agentID) == ["a", "c", "b"]
                || play.asked.map(\.agentID) == ["c", "b"]
        )
        #expect(play.asked.last?.agentID == "b")
        let drafter = play.asked[play.asked.count - 2].agentID
        #expect(play.asked.last?.input["input"] == ["by": .string(drafter)])
        #expect(state.finished?.result["final"] == ["by": "b"])
    }

    @Test func anAuctionIsWonByThePriceForAnExpectedSuccess() throws {
        let agents = [
            Participant(id: "cheap", completed: 1, failed: 8), Participant(id: "dear", completed: 9),
            Participant(id: "silent"),
        ]
        var play = Rehearsal(agents, strategy: .auction)
        let state = try play.play { part in
            guard part.role == .bidder else { return .completed("done") }
            if part.agentID == "silent" { return .failed("no") }
            return .completed(["price": part.agentID == "cheap" ? 4 : 10, "confidence": 0.9])
        }
        #expect(state.finished?.result["winner"] == "dear")
        #expect(play.asked.filter { $0.role == .worker }.map(\.agentID) == ["dear"])
    }

    @Test func theNextBidderDoesWhatTheWinnerCannot() throws {
        var play = Rehearsal(["a", "b", "c"], strategy: .auction)
        let state = try play.play { part in
            if part.role == .bidder { return .completed(["price": part.agentID == "a" ? 1 : 2, "confidence": 1]) }
            return part.agentID == "a" ? .failed("could not") : .completed("done")
        }
        #expect(play.asked.filter { $0.role == .worker }.map(\.agentID) == ["a", "b"])
        #expect(state.finished?.result["winner"] == "b")
    }

    @Test func bidsAreClosedAtTheirTime() throws {
        var limits = CoordinationLimits()
        limits.bidSeconds = 5
        let request = Rehearsal(["a", "b"], strategy: .auction, limits: limits).request
        let begun = CoordinationMachine.begin(request, now: 1_000)
        #expect(begun.wakeAt == 6_000)
        let bid: [String: (outcome: Part.Outcome, tokens: Int)] = [
            begun.asked[0].id: (.completed(["price": 1, "confidence": 1]), 0)
        ]
        let waiting = CoordinationMachine.advance(begun.state, bid, now: 5_999)
        #expect(waiting.asked.isEmpty)
        #expect(waiting.wakeAt == 6_000)
        let closed = CoordinationMachine.advance(waiting.state, [:], now: 6_000)
        #expect(closed.asked.map(\.agentID) == ["a"])
        #expect(closed.dropped == [begun.asked[1].id])
    }

    @Test func answersThatMeanTheSameAreAConsensus() throws {
        var play = Rehearsal(["a", "b", "c"], strategy: .consensus)
        let answers: JSONObject = ["a": " Paris.", "b": ["answer": "paris"], "c": ["text": "PARIS"]]
        let state = try play.play { .completed(answers[$0.agentID] ?? .null) }
        #expect(play.asked.count == 3)
        #expect(state.finished?.result["answer"] == " Paris.")
        #expect(state.finished?.result["agreement"]?["beyond_chance"] == 1)
    }

    @Test func differingAnswersAreVotedOn() throws {
        var play = Rehearsal(["a", "b", "c", "d"], strategy: .consensus)
        let answers: JSONObject = ["a": "x", "b": "y", "c": "y", "d": "z"]
        // Options in order: y (given twice), x, z. All but one prefer x.
        let state = try play.play { part in
            guard part.role == .voter else { return .completed(answers[part.agentID] ?? .null) }
            return .completed(["ranking": part.agentID == "d" ? [1, 3, 2] : [2, 1]])
        }
        #expect(state.finished?.result["answer"] == "x")
        #expect(play.asked.filter { $0.role == .voter }.count == 4)
    }

    /// Indexes that are none, in every form: a vote that says nothing, and no end of the process.
    @Test(arguments: [
        "[-9223372036854775808]", "[9223372036854775807]", "[0]", "[3]", "[1e308]", "[18446744073709551615]", "[1.5]",
        #"["1"]"#, "[null]", "[[1]]", "[]", "-9223372036854775808", "null", #""1""#,
    ])
    func aRankingOfNothingIsNoVote(ranking: String) throws {
        var play = Rehearsal(["a", "b", "c"], strategy: .consensus)
        let vote = try JSONValue(parsing: #"{"ranking": \#(ranking)}"#)
        let state = try play.play { part in
            guard part.role == .voter else { return .completed(part.agentID == "a" ? "x" : "y") }
            return .completed(part.agentID == "a" ? ["ranking": [2, 1]] : vote)
        }
        // Only a's vote counts: option 2 is its own answer.
        #expect(state.finished?.result["answer"] == "x")
        #expect(state.finished?.confidence ?? 0 > 0.2)
    }

    @Test func whatIsRankedTwiceCountsOnce() throws {
        var play = Rehearsal(["a", "b", "c"], strategy: .consensus)
        let state = try play.play { part in
            guard part.role == .voter else { return .completed(.string(part.agentID)) }
            return .completed(["ranking": [3, 3, 3, 1, 3, 2]])
        }
        let scores = state.finished?.result["vote"]?.arrayValue?.map { $0["score"]?.doubleValue }
        #expect(scores == [3, 0, 6])
    }

    /// Numbers are answers: the least one too, and 2 is 2.0, but no whole number is another.
    @Test func aNumberIsANumber() throws {
        for (texts, distinct) in [
            (["-9223372036854775808", "-9223372036854775808"], 1), (["2", "2.0"], 1),
            (["9007199254740993", "9007199254740992"], 2), (["18446744073709551615", "18446744073709551616"], 2),
            (["1e308", "1e308"], 1),
        ] {
            let answers = try texts.map { try JSONValue(parsing: $0) }
            var play = Rehearsal(["a", "b"], strategy: .consensus)
            let state = try play.play { part in
                part.role == .voter ? .failed("no") : .completed(answers[part.agentID == "a" ? 0 : 1])
            }
            #expect(state.finished?.result["agreement"]?["distinct"] == JSONValue(distinct), "\(texts)")
        }
    }

    // MARK: - Ties

    /// Two to two: not the alphabet, but who is named first, and it is said.
    @Test(arguments: [["d", "a", "b", "c"], ["a", "b", "c", "d"]]) func equalVotesAreATie(agents: [String]) throws {
        var play = Rehearsal(agents, strategy: .consensus)
        let state = try play.play { part in
            let isFirst = part.agentID == agents[0] || part.agentID == agents[1]
            guard part.role == .voter else { return .completed(isFirst ? "z" : "a") }
            return .completed(["ranking": isFirst ? [1, 2] : [2, 1]])
        }
        #expect(state.finished?.result["answer"] == "z")
        #expect(state.finished?.result["tie"] == true)
        #expect(state.finished?.result["tie_rule"]?.stringValue?.contains("names first") == true)
        var clear = Rehearsal(agents, strategy: .consensus)
        let decided = try clear.play { part in
            guard part.role == .voter else { return .completed(part.agentID == agents[0] ? "z" : "a") }
            return .completed(["ranking": [1, 2]])
        }
        #expect(decided.finished?.result["tie"] == false)
        #expect(decided.finished?.result["tie_rule"] == nil)
    }

    @Test func withoutVotesEqualAnswersAreATie() throws {
        var play = Rehearsal(["b", "a"], strategy: .consensus)
        let state = try play.play { $0.role == .voter ? .failed("no") : .completed(.string($0.agentID)) }
        #expect(state.finished?.result["answer"] == "b")
        #expect(state.finished?.result["tie"] == true)
    }

    @Test func equalBidsAreATie() throws {
        let agents = ["d", "c", "b", "a"]
        var play = Rehearsal(agents, strategy: .auction)
        let state = try play.play {
            $0.role == .bidder ? .completed(["price": 1, "confidence": 1]) : .completed("done")
        }
        #expect(state.finished?.result["winner"] == "d")
        #expect(state.finished?.result["tie"] == true)
        #expect(state.finished?.result["bids"]?.arrayValue?.map { $0["agent_id"] } == agents.map { .string($0) })
        var clear = Rehearsal(agents, strategy: .auction)
        let decided = try clear.play { part in
            part.role == .bidder
                ? .completed(["price": part.agentID == "a" ? 1 : 2, "confidence": 1]) : .completed("done")
        }
        #expect(decided.finished?.result["tie"] == false)
    }

    @Test func bidsThatCannotBeAreNone() throws {
        let dear = try JSONValue(parsing: #"{"price":1e308,"confidence":0.0}"#)
        for bid in [#"{"price":-1,"confidence":1}"#, #"{"price":1,"confidence":2}"#, #"{"price":"1","confidence":1}"#] {
            let given = try JSONValue(parsing: bid)
            var play = Rehearsal(["a", "b"], strategy: .auction)
            let state = try play.play { part in
                guard part.role == .bidder else { return .completed("done") }
                return .completed(part.agentID == "a" ? given : dear)
            }
            #expect(state.finished?.result["winner"] == "b")
        }
    }

    @Test func equalPositionsAreATieWhereNobodyJudges() throws {
        var limits = CoordinationLimits()
        limits.rounds = 1
        var play = Rehearsal(["z", "a"], strategy: .debate, limits: limits)
        let state = try play.play { $0.role == .judge ? .failed("no") : .completed(.string($0.agentID)) }
        #expect(state.finished?.result["answer"] == "z")
        #expect(state.finished?.result["tie"] == true)
    }

    /// The one that is named judges, among the agents or not; all agents debate then.
    @Test func theJudgeThatIsNamedJudges() throws {
        var limits = CoordinationLimits()
        (limits.rounds, limits.judge) = (1, "outside")
        var play = Rehearsal(["a", "b", "c"], strategy: .debate, limits: limits)
        let state = try play.play { part in
            part.role == .judge ? .completed(["answer": "b", "reason": "r"]) : .completed(.string(part.agentID))
        }
        #expect(play.asked.filter { $0.role == .debater }.map(\.agentID) == ["a", "b", "c"])
        #expect(play.asked.filter { $0.role == .judge }.map(\.agentID) == ["outside"])
        #expect(state.finished?.result["judge"] == "outside")
        limits.lead = "boss"
        var work = Rehearsal(["a", "b"], task: ["subtasks": ["one", "two"]], strategy: .hierarchical, limits: limits)
        _ = try work.play { .completed(.string($0.agentID)) }
        #expect(work.asked.map(\.agentID) == ["a", "b", "boss"])
    }

    // MARK: - Bounds

    /// A lead that splits the work into more parts than there may be ends it; nobody is assigned a million of them.
    @Test func aSplitIntoTooManyPartsEndsIt() throws {
        var play = Rehearsal(["a", "b", "c"], task: ["goal": "g"], strategy: .hierarchical)
        let split: JSONValue = ["subtasks": .array((0..<100_000).map { .string("\($0)") })]
        let began = ContinuousClock.now
        let state = try play.play { $0.role == .lead ? .completed(split) : .completed("done") }
        #expect(state.finished?.result["incomplete"]?.stringValue?.contains("more than 100") == true)
        #expect(ContinuousClock.now - began < .seconds(10))
    }

    @Test func whatPartsAreGivenIsBoundedTogether() throws {
        let large = String(repeating: "x", count: 1_500_000)
        let request = Rehearsal(["a", "b", "c", "d", "e"], strategy: .debate).request
        let begun = CoordinationMachine.begin(request, now: 0)
        var positions: [String: (outcome: Part.Outcome, tokens: Int)] = [:]
        for part in begun.asked { positions[part.id] = (.completed(.string(part.agentID + large)), 1) }
        // Four of them, three others' positions each, and their own.
        let move = CoordinationMachine.advance(begun.state, positions, now: 1)
        #expect(move.asked.isEmpty)
        #expect(move.state.finished?.result["incomplete"]?.stringValue?.contains("16777216 bytes") == true)
    }

    @Test func tooFewAnswersAreNoConsensus() throws {
        var limits = CoordinationLimits()
        limits.quorum = 0.75
        var play = Rehearsal(["a", "b", "c", "d"], strategy: .consensus, limits: limits)
        let state = try play.play { $0.agentID < "c" ? .completed("x") : .failed("away") }
        #expect(state.failure?.hasPrefix("2 of 4 have answered, 3 were needed") == true)
    }

    @Test func aDebateEndsWhenAllAgree() throws {
        var play = Rehearsal(["a", "b", "judge"], strategy: .debate, limits: Self.judged)
        let state = try play.play { part in
            part.round == 1 ? .completed(.string(part.agentID)) : .completed("agreed")
        }
        #expect(play.asked.map(\.role) == [.debater, .debater, .debater, .debater])
        #expect(!play.asked.contains { $0.agentID == "judge" })
        #expect(state.finished?.result["answer"] == "agreed")
        let second = play.asked.first { $0.round == 2 && $0.agentID == "a" }
        #expect(second?.input["positions"]?.arrayValue?.map { $0["result"] } == ["b"])
        #expect(second?.input["your_position"] == "a")
    }

    private static var judged: CoordinationLimits {
        var limits = CoordinationLimits()
        limits.judge = "judge"
        limits.rounds = 2
        return limits
    }

    @Test func aJudgeDecidesWhatStaysOpen() throws {
        var play = Rehearsal(["a", "b", "judge"], strategy: .debate, limits: Self.judged)
        let state = try play.play { part in
            part.role == .judge
                ? .completed(["answer": "b", "reason": "better"]) : .completed(.string(part.agentID))
        }
        #expect(play.asked.filter { $0.role == .debater }.count == 4)
        #expect(state.finished?.result["answer"] == "b")
        #expect(state.finished?.result["ruling"]?["reason"] == "better")
        var without = Rehearsal(["a", "b", "judge"], strategy: .debate, limits: Self.judged)
        let open = try without.play { $0.role == .judge ? .failed("away") : .completed(.string($0.agentID)) }
        #expect(open.finished?.result["answer"] == "a")
        #expect(without.asked.filter { $0.role == .judge }.count == 3)
    }

    @Test func aLeadSplitsAndMerges() throws {
        let agents = [
            Participant(id: "w1", capabilities: ["x"]), Participant(id: "lead", completed: 9),
            Participant(id: "w2", capabilities: ["y"]),
        ]
        var play = Rehearsal(agents, task: ["goal": "g"], strategy: .hierarchical)
        let split: JSONValue = [
            "subtasks": [
                ["title": "one", "instruction": "do y", "capabilities": ["y"]],
                ["title": "two", "instruction": "do x", "capabilities": ["x"]],
            ]
        ]
        let state = try play.play { part in
            switch part.role {
            case .lead: .completed(split)
            case .merger: .completed("merged")
            default: .completed(part.input["subtask"]?["title"] ?? .null)
            }
        }
        #expect(play.asked.map(\.agentID) == ["lead", "w2", "w1", "lead"])
        let given = play.asked.last?.input["results"]?.arrayValue?.map { $0["result"] }
        #expect(given == ["one", "two"])
        #expect(state.finished?.result["final"] == "merged")
    }

    /// Whatever the lead, which may be any agent, writes as a subtask is done by somebody.
    @Test func noSubtaskOfALeadIsDropped() throws {
        var play = Rehearsal(["lead", "a", "b"], task: ["goal": "g"], strategy: .hierarchical)
        let split: JSONValue = ["subtasks": [["instruction": "do a"], ["title": "b"], ["what": "c"], "d"]]
        let state = try play.play { $0.role == .lead ? .completed(split) : .completed("done") }
        let workers = play.asked.filter { $0.role == .worker }
        #expect(workers.map { $0.input["subtask"] } == split["subtasks"]?.arrayValue)
        #expect(state.finished != nil)
    }

    @Test func whoeverFailsIsReplaced() throws {
        var play = Rehearsal(["a", "b", "c"], task: ["subtasks": ["one", "two"]], strategy: .hierarchical)
        var failures: Set<String> = []
        let state = try play.play { part in
            // Each agent fails the first time it is asked.
            failures.insert(part.agentID).inserted ? .failed("first time") : .completed(.string(part.agentID))
        }
        #expect(state.finished != nil)
        var hopeless = Rehearsal(["a", "b"], task: ["goal": "g"], strategy: .hierarchical)
        #expect(try hopeless.play { _ in .failed("no") }.failure?.hasPrefix("nobody has led the work") == true)
    }

    @Test func withoutAStrategyOneIsChosenAndSaysWhy() {
        func choice(_ task: JSONValue, _ agents: [Participant]) -> Strategy {
            StrategyChoice(CoordinationRequest(id: "c", task: task, participants: agents)).strategy
        }
        let three = ["a", "b", "c"].map { Participant(id: $0) }
        #expect(choice(["question": "?"], three) == .consensus)
        #expect(choice(["question": "?"], Array(three.prefix(2))) == .debate)
        #expect(choice(["stages": ["x"]], three) == .pipeline)
        #expect(choice(["subtasks": ["x"]], three) == .hierarchical)
        #expect(choice(["options": ["x"]], three) == .consensus)
        #expect(choice(["price": 3], three) == .auction)
        #expect(choice(["goal": "g"], three) == .parallel)
        #expect(choice(["goal": "g"], Array(three.prefix(1))) == .parallel)
        let skilled = ["a", "b"].map { Participant(id: $0, capabilities: [$0]) }
        #expect(choice(["goal": "g"], skilled) == .sequential)
    }
}
