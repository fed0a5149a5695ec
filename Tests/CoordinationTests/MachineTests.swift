import Coordination
import NovaContract
import NovaTestKit
import Testing

/// What holds for all strategies.
@Suite struct MachineTests {
    /// An answer that every role can give; some agents fail at some rounds.
    private static func actor(failing seed: UInt64) -> Rehearsal.Actor {
        { part in
            var random = SplitMix64(seed: seed &+ part.id.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
            if Int.random(in: 0..<4, using: &random) == 0 { return .failed("chance") }
            let word = ["x", "y"].randomElement(using: &random) ?? "x"
            switch part.role {
            case .bidder:
                return .completed(["price": JSONValue(Int.random(in: 1...9, using: &random)), "confidence": 0.5])
            case .voter: return .completed(["ranking": [2, 1]])
            case .judge: return .completed(["answer": .string(word), "reason": "r"])
            case .lead:
                return .completed([
                    "subtasks": [["title": "1", "instruction": "i"], ["title": "2", "instruction": "i"]]
                ])
            case .worker, .stage, .answerer, .debater, .merger: return .completed(.string(word))
            }
        }
    }

    /// Whatever the order and the grouping in which the same parts end, the end is the same.
    @Test(arguments: Strategy.allCases) func theEndDoesNotDependOnTheOrder(strategy: Strategy) throws {
        for seed in UInt64(0)..<12 {
            var ends: [JSONValue] = []
            for (index, grouping) in [1, 2, 7].enumerated() {
                var play = Rehearsal(["a", "b", "c", "d"], task: ["goal": "g"], strategy: strategy)
                play.grouping = grouping
                play.random = SplitMix64(seed: seed &* 7 &+ UInt64(index))
                let state = try play.play(Self.actor(failing: seed))
                ends.append(state.json["verdict"] ?? .null)
            }
            #expect(Set(ends.map(\.jsonString)).count == 1, "\(strategy) \(seed)")
        }
    }

    @Test(arguments: Strategy.allCases) func whereAllFailItFailsAndSaysWhy(strategy: Strategy) throws {
        var play = Rehearsal(["a", "b", "c"], task: ["goal": "g"], strategy: strategy)
        let state = try play.play { _ in .failed("broken") }
        #expect(state.failure?.contains("broken") == true)
    }

    @Test(arguments: Strategy.allCases) func atABoundItEndsWithWhatItHas(strategy: Strategy) throws {
        for bound in 0..<3 {
            var limits = CoordinationLimits()
            switch bound {
            case 0: limits.tokens = 15
            case 1: limits.messages = 4
            default: limits.parts = 1
            }
            var play = Rehearsal(["a", "b", "c"], task: ["goal": "g"], strategy: strategy, limits: limits)
            let state = try play.play(Self.actor(failing: 3))
            #expect(state.parts.count <= limits.parts)
            #expect(state.open.isEmpty)
            let told = state.failure ?? state.finished?.result["incomplete"]?.stringValue ?? "finished"
            #expect(!told.isEmpty)
        }
    }

    @Test(arguments: Strategy.allCases) func itsTimeBoundsIt(strategy: Strategy) throws {
        var limits = CoordinationLimits()
        limits.seconds = 10
        let request = Rehearsal(["a", "b"], task: ["goal": "g"], strategy: strategy, limits: limits).request
        let begun = CoordinationMachine.begin(request, now: 0)
        #expect(begun.wakeAt == 10_000)
        let late = CoordinationMachine.advance(begun.state, [:], now: 10_000)
        #expect(late.state.failure?.contains("its time of 10 s is over") == true)
        #expect(Set(late.dropped) == Set(begun.asked.map(\.id)))
    }

    @Test func unknownPartsAndLateOutcomesChangeNothing() throws {
        let request = Rehearsal(["a", "b"], strategy: .parallel).request
        let begun = CoordinationMachine.begin(request, now: 0)
        let move = CoordinationMachine.advance(begun.state, ["nobody": (.completed(1), 1)], now: 1)
        #expect(move.state == begun.state)
        var all: [String: (outcome: Part.Outcome, tokens: Int)] = [:]
        for part in begun.asked { all[part.id] = (.completed(1), 1) }
        let ended = CoordinationMachine.advance(begun.state, all, now: 1)
        for part in begun.asked { all[part.id] = (.failed("late"), 1) }
        #expect(CoordinationMachine.advance(ended.state, all, now: 2).state == ended.state)
    }

    /// What a model says it used is added up, whatever it says.
    @Test func tokensBeyondAllNumbersAreTheMost() throws {
        let request = Rehearsal(["a", "b", "c"], strategy: .sequential).request
        var move = CoordinationMachine.begin(request, now: 0)
        while move.state.verdict == nil, let part = move.asked.first {
            move = CoordinationMachine.advance(move.state, [part.id: (.completed(1), .max)], now: 1)
        }
        #expect(move.state.tokens == .max)
        #expect(move.state.finished != nil)
    }

    @Test func constraintsAreReadAndTheirFaultsNamed() throws {
        let limits = try CoordinationLimits(["rounds": 5, "judge": "j", "quorum": 0.9])
        #expect(limits.rounds == 5)
        #expect(try CoordinationLimits(limits.json) == limits)
        let error = #expect(throws: NovaError.self) { try CoordinationLimits(["rounds": 0, "quorum": 2]) }
        #expect(
            error?.details.map(\.pointer) == ["/constraints/quorum", "/constraints/rounds"]
                || error?.details.map(\.pointer) == ["/constraints/rounds", "/constraints/quorum"]
        )
    }
}
