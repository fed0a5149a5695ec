import Optimization
import Testing

/// Savings are held against schedules computed without the optimizer.
@Suite struct RecommendationTests {
    private static let flows: [Flow] = (0..<60).map { RandomFlows(seed: UInt64(3_000 + $0)).flow(steps: 4 + $0 % 4) }
    private static let larger: [Flow] = (0..<10).map { RandomFlows(seed: UInt64(4_000 + $0)).flow(steps: 25) }

    private static let all = flows + larger
    private static let outcomes = Result {
        try all.map { try optimize($0, $0.steps.count > 10 ? brief : unhurried) }
    }

    @Test(arguments: all.indices)
    func areInOrderOfEffectAndNameRealSteps(_ index: Int) throws {
        let (flow, outcome) = (Self.all[index], try Self.outcomes.get()[index])
        let savings = outcome.recommendations.map(\.savesSeconds)
        #expect(savings == savings.sorted(by: >))
        #expect(savings.allSatisfy { $0 > 0 })
        let ids = Set(flow.steps.map(\.id))
        for recommendation in outcome.recommendations {
            #expect(ids.isSuperset(of: recommendation.steps))
            #expect(!recommendation.text.isEmpty && !recommendation.evidence.isEmpty)
        }
    }

    @Test(arguments: all.indices)
    func movesSaveWhatThePlainSchedulerSays(_ index: Int) throws {
        let (flow, outcome) = (Self.all[index], try Self.outcomes.get()[index])
        let reference = Reference(flow)
        let submitted = reference.submittedOrder(flow)
        let before = reference.makespan(submitted)
        for recommendation in outcome.recommendations {
            let saved: Int
            switch recommendation.kind {
            case .adoptSchedule: saved = before - Reference.whole(outcome.schedule.makespan)
            case .startEarlier, .runTogether:
                let target = try #require(recommendation.before)
                let order = reference.order(submitted, moving: recommendation.steps, before: target)
                saved = before - reference.makespan(order)
            case .bottleneck, .closeGap, .shorten, .raiseBudget: continue
            }
            #expect(Reference.whole(recommendation.savesSeconds) == saved)
        }
    }

    /// So small that both schedules are optimal: the saving is exact.
    @Test(arguments: flows.indices)
    func changesSaveWhatTryingAllOrdersSays(_ index: Int) throws {
        let (flow, outcome) = (Self.all[index], try Self.outcomes.get()[index])
        try #require(outcome.isOptimal)
        let before = Reference.whole(outcome.schedule.makespan)
        for recommendation in outcome.recommendations {
            guard let variant = try variant(flow, recommendation) else { continue }
            #expect(Reference.whole(recommendation.savesSeconds) == before - Reference(variant).optimum())
        }
    }

    private func variant(_ flow: Flow, _ recommendation: Recommendation) throws -> Flow? {
        switch recommendation.kind {
        case .adoptSchedule, .startEarlier, .runTogether, .closeGap, .raiseBudget: return nil
        case .bottleneck:
            var capacity = flow.capacity.mapValues(\.most)
            capacity[try #require(recommendation.resource), default: 0] += try #require(recommendation.amount)
            return Flow(steps: flow.steps, capacity: capacity)
        case .shorten:
            let less = try #require(recommendation.amount)
            let steps = flow.steps.map { old in
                let duration = recommendation.steps == [old.id] ? old.duration - less : old.duration
                return step(old.id, duration, old.resources, after: old.dependencies)
            }
            return Flow(steps: steps, capacity: flow.capacity.mapValues(\.most))
        }
    }

    @Test func everyKindIsGiven() throws {
        let kinds = try Self.outcomes.get().flatMap { $0.recommendations.map(\.kind) }
        let all: Set<Recommendation.Kind> = [.adoptSchedule, .startEarlier, .runTogether, .bottleneck, .shorten]
        #expect(Set(kinds) == all)
    }

    @Test func namesTheBottleneck() throws {
        let flow = Flow(steps: (1...4).map { step("s\($0)", 12, ["gpu": 1]) }, capacity: ["gpu": 3, "cpu": 1])
        let outcome = try optimize(flow)
        let first = try #require(outcome.recommendations.first)
        #expect(first.kind == .bottleneck)
        #expect(first.resource == "gpu")
        #expect(first.amount == 1)
        #expect(first.savesSeconds == 12)
        #expect(first.text == "\"gpu\" is a bottleneck: 1 more of it (4 in all) saves 12 s")
    }

    /// One more is of no use where everybody needs two.
    @Test func asksForAsMuchAsLetsSomethingIn() throws {
        let flow = Flow(steps: (1...2).map { step("s\($0)", 5, ["gpu": 2]) }, capacity: ["gpu": 2.5])
        let first = try #require(try optimize(flow).recommendations.first)
        #expect(first.kind == .bottleneck)
        #expect(first.amount == 1.5)
        #expect(first.savesSeconds == 5)
    }

    // MARK: - None

    private func reason(_ steps: [FlowStep], _ capacity: [String: Double] = [:]) throws -> String {
        let outcome = try optimize(Flow(steps: steps, capacity: capacity))
        #expect(outcome.recommendations.isEmpty)
        return try #require(outcome.reasonForNone)
    }

    @Test func saysWhyThereIsNothing() throws {
        #expect(try reason([]).contains("no steps"))
        #expect(try reason([step("a", 0), step("b", 0)]).contains("no step takes any time"))
        #expect(try reason([step("a", 1)]).contains("only one step"))
        #expect(try reason([step("a", 1), step("b", 1, after: ["a"])]).contains("every step waits"))
        let diamond = [
            step("a", 1), step("b", 2, after: ["a"]), step("c", 1, after: ["a"]), step("d", 1, after: ["b", "c"]),
        ]
        #expect(
            try reason(diamond, ["gpu": 1]).contains("already optimal: it takes no longer than the steps a → b → d")
        )
    }

    @Test func saysThatThereWasNoTime() throws {
        let outcome = try optimize(.stubborn, .init(timeLimit: .zero))
        #expect(try #require(outcome.reasonForNone).contains("no time or budget"))
    }
}
