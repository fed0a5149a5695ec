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
