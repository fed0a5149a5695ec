import NovaContract
import NovaTestKit
import Testing

@testable import Allocation

/// Who gets what.
@Suite struct AllocatorTests {
    private static func granted(_ verdict: Allocator.Verdict) -> [String: Amount]? {
        if case .granted(let fitting, _) = verdict { return fitting.items }
        return nil
    }

    /// Ghodsi et al., NSDI 2011, section 4.1: 9 CPU and 18 GB, tasks of ⟨1 CPU, 4 GB⟩ and of ⟨3 CPU, 1 GB⟩.
    @Test func theExampleOfThePaper() {
        var ledger = ledger(["cpu": 9, "memory": 18])
        for index in 0..<20 {
            ledger.queue.append(waiting("a\(index)", "A", request(["cpu": 1, "memory": 4])))
            ledger.queue.append(waiting("b\(index)", "B", request(["cpu": 3, "memory": 1])))
        }
        var allocator = Allocator(ledger)
        let grants = allocator.serve().grants
        #expect(grants.count { $0.waiting.requester == "A" } == 3)
        #expect(grants.count { $0.waiting.requester == "B" } == 2)
        for requester in ["A", "B"] {
            let share = FairShare.dominant(of: requester, groups: ["default"], in: allocator.ledger)
            #expect(abs(share - 2.0 / 3) < 1e-9)
        }
        #expect(allocator.ledger.isSound)
    }

    /// Who weighs twice as much gets twice as much.
    @Test func weightsCount() {
        var ledger = ledger(["cpu": 30]) { $0.weights = ["A": 2] }
        for index in 0..<40 {
            ledger.queue.append(waiting("a\(index)", "A", request(["cpu": 1])))
            ledger.queue.append(waiting("b\(index)", "B", request(["cpu": 1])))
        }
        var allocator = Allocator(ledger)
        let grants = allocator.serve().grants
        #expect(grants.count { $0.waiting.requester == "A" } == 20)
        #expect(grants.count { $0.waiting.requester == "B" } == 10)
    }

    @Test func prioritiesComeFirstThenSharesThenWaiting() {
        var ledger = ledger(["cpu": 3])
        ledger.queue = [
            waiting("old", "A", request(["cpu": 1]), since: 1), waiting("new", "A", request(["cpu": 1]), since: 5),
            waiting("other", "B", request(["cpu": 1]), since: 9),
            waiting("urgent", "C", request(["cpu": 1], priority: 5), since: 99),
        ]
        var allocator = Allocator(ledger)
        #expect(allocator.serve().grants.map(\.waiting.id) == ["urgent", "old", "other"])
        #expect(allocator.ledger.queue.map(\.id) == ["new"])
    }

    /// A large request is not starved by small ones that come after it; what it does not want goes on.
    @Test func whoCannotBeServedHoldsBackWhatItWants() {
        var ledger = ledger(["cpu": 4, "gpu": 4])
        ledger.give(["cpu": Amount(whole: 2)], to: "X")
        ledger.queue = [
            waiting("large", "A", request(["cpu": 3]), since: 1), waiting("small", "B", request(["cpu": 1]), since: 2),
            waiting("else", "C", request(["gpu": 1]), since: 3),
        ]
        var allocator = Allocator(ledger)
        #expect(allocator.serve().grants.map(\.waiting.id) == ["else"])
        let new = waiting("new", "D", request(["cpu": 1], wait: 0), since: 4)
        guard case .refused(let reason) = allocator.admit(new).verdict else {
            Issue.record("not refused")
            return
        }
        #expect(reason.contains("others wait for cpu"))
        let patient = waiting("patient", "D", request(["cpu": 1]), since: 5)
        #expect(allocator.admit(patient).verdict == .waits(ahead: 2))
    }

    @Test func allOrNothingAndBestEffort() {
        let ledger = ledger(["cpu": 4, "gpu": 1])
        var allocator = Allocator(ledger)
        let all = waiting("1", "A", request(["cpu": 2, "gpu": 2], wait: 0))
        guard case .impossible(let reason) = allocator.admit(all).verdict else {
            Issue.record("not impossible")
            return
        }
        #expect(reason.contains("1 of 1 of gpu can be had, 2 needed"))
        let best = waiting(
            "2",
            "A",
            request(["cpu": 2, "gpu": 2, "none": 1], wait: 0) { request in
                request.isBestEffort = true
                request.wants["gpu"] = .init(minimum: .zero, maximum: Amount(whole: 2))
            }
        )
        #expect(Self.granted(allocator.admit(best).verdict) == ["cpu": Amount(whole: 2), "gpu": Amount(whole: 1)])
    }

    @Test func betweenMinimumAndMaximumInWholeUnits() {
        var ledger = ledger(["gpu": 8]) { $0.isDivisible = false }
        ledger.give(["gpu": Amount(milli: 2_500)], to: "X")
        var allocator = Allocator(ledger)
        let want = waiting(
            "1",
            "A",
            request(["gpu": 1]) { $0.wants["gpu"] = .init(minimum: Amount(whole: 2), maximum: Amount(whole: 9)) }
        )
        #expect(Self.granted(allocator.admit(want).verdict) == ["gpu": Amount(whole: 5)])
    }

    @Test func aChoiceGoesByAffinityThenByWhatIsLeft() {
        var ledger = ledger(["a": 4, "b": 8, "c": 2])
        let choice: (inout AllocateRequest) -> Void = {
            $0.wants = ["gpu": .init(minimum: Amount(whole: 2), maximum: Amount(whole: 2), anyOf: ["a", "b", "c"])]
        }
        var allocator = Allocator(ledger)
        #expect(Self.granted(allocator.admit(waiting("1", "A", request([:], choice))).verdict)?.keys.first == "b")
        ledger.give(["c": Amount(whole: 1)], to: "X")
        allocator = Allocator(ledger)
        let liked = request([:]) {
            choice(&$0)
            $0.affinity = ["c", "a"]
        }
        // c has not enough any more.
        #expect(Self.granted(allocator.admit(waiting("1", "A", liked)).verdict)?.keys.first == "a")
    }

    // MARK: - Wants for the same pools

    private static func want(_ least: Int64, most: Int64? = nil, of pools: String...) -> AllocateRequest.Want {
        .init(minimum: Amount(whole: least), maximum: Amount(whole: most ?? least), anyOf: pools)
    }

    private static func admit(
        _ capacities: [String: Int64],
        _ wants: [String: AllocateRequest.Want],
        wait: Double = 60,
        _ change: (inout AllocateRequest) -> Void = { _ in }
    ) -> Allocator.Verdict {
        var allocator = Allocator(ledger(capacities))
        let new = request([:], wait: wait) {
            $0.wants = wants
            change(&$0)
        }
        let verdict = allocator.admit(waiting("1", "A", new)).verdict
        #expect(allocator.ledger.isSound)
        return verdict
    }

    /// The first want likes the pool that the second one has to have.
    @Test func aChoiceLeavesToOthersWhatTheyNeed() {
        let pools: [String: Int64] = ["p": 4, "q": 3]
        var wants = ["a": Self.want(3, of: "p", "q"), "b": Self.want(4, of: "p")]
        #expect(Self.granted(Self.admit(pools, wants)) == ["p": Amount(whole: 4), "q": Amount(whole: 3)])
        // What one takes beyond its least may be the least of another.
        wants = ["a": Self.want(1, most: 4, of: "p"), "b": Self.want(2, of: "p")]
        #expect(Self.granted(Self.admit(pools, wants)) == ["p": Amount(whole: 4)])
        wants = ["a": Self.want(3, of: "p", "q"), "b": Self.want(4, of: "p"), "c": Self.want(1, of: "p", "q")]
        guard case .impossible = Self.admit(pools, wants) else {
            Issue.record("not impossible")
            return
        }
    }

    @Test func aRequestThatFitsOtherwiseWaits() {
        var pools = ledger(["p": 4, "q": 3])
        pools.give(["p": Amount(whole: 1)], to: "X")
        let both = request([:]) { $0.wants = ["a": Self.want(3, of: "p", "q"), "b": Self.want(4, of: "p")] }
        pools.queue = [waiting("both", "A", both)]
        var allocator = Allocator(pools)
        #expect(allocator.serve().isEmpty)
        pools.takeBack(["p": Amount(whole: 1)], from: "X")
        allocator = Allocator(pools)
        #expect(allocator.serve().grants.map(\.waiting.id) == ["both"])
    }

    /// Twelve that each fill more than half of one of eleven pools: to try it all would take days.
    @Test func whatIsTooLongToLookForIsNotCalledImpossible() {
        let names = (0..<11).map { "p\($0)" }
        let pools = Dictionary(uniqueKeysWithValues: names.map { ($0, Int64(5)) })
        func wants(_ count: Int) -> [String: AllocateRequest.Want] {
            let want = AllocateRequest.Want(minimum: Amount(whole: 3), maximum: Amount(whole: 3), anyOf: names)
            return Dictionary(uniqueKeysWithValues: (0..<count).map { ("w\($0)", want) })
        }
        #expect(Self.admit(pools, wants(12)) == .waits(ahead: 0))
        guard case .refused = Self.admit(pools, wants(12), wait: 0) else {
            Issue.record("not refused")
            return
        }
        #expect(Self.granted(Self.admit(pools, wants(11)))?.count == 11)
    }

    @Test func wantsShareABudget() {
        var pools = ledger(["p": 9, "q": 9]) { $0.cost = 0.1 }
        pools.pools["q"] = ledger(["q": 9]) { $0.cost = 1 }.pools["q"]
        let both = request([:], wait: 0) {
            $0.wants = ["a": Self.want(1, most: 9, of: "p"), "b": Self.want(1, most: 2, of: "q")]
            $0.maximumCost = 1.3
        }
        var allocator = Allocator(pools)
        // As much as leaves enough for the other.
        let items = Self.granted(allocator.admit(waiting("1", "A", both)).verdict)
        #expect(items == ["p": Amount(whole: 3), "q": Amount(whole: 1)])
        // Three times 0.1 are 0.3.
        allocator = Allocator(pools)
        let tight = request(["p": 3], wait: 0) { $0.maximumCost = 0.3 }
        #expect(Self.granted(allocator.admit(waiting("2", "A", tight)).verdict) == ["p": Amount(whole: 3)])
    }

    @Test func costIsBounded() {
        var allocator = Allocator(ledger(["cpu": 100]) { $0.cost = 2 })
        let dear = request(["cpu": 10], wait: 0) { $0.maximumCost = 10 }
        guard case .impossible = allocator.admit(waiting("1", "A", dear)).verdict else {
            Issue.record("not impossible")
            return
        }
        let flexible = request(["cpu": 10], wait: 0) {
            $0.maximumCost = 10
            $0.wants["cpu"] = .init(minimum: Amount(whole: 1), maximum: Amount(whole: 10))
        }
        #expect(Self.granted(allocator.admit(waiting("2", "A", flexible)).verdict) == ["cpu": Amount(whole: 5)])
    }

    // MARK: - Quotas

    @Test func whatIsNotLentIsKept() {
        let pools = ledger(["cpu": 10]) {
            $0.quotas = ["A": Amount(whole: 6)]
            $0.allowsBorrowing = false
        }
        var allocator = Allocator(pools)
        guard case .impossible = allocator.admit(waiting("1", "B", request(["cpu": 5]))).verdict else {
            Issue.record("not impossible")
            return
        }
        #expect(Self.granted(allocator.admit(waiting("2", "B", request(["cpu": 4]))).verdict) != nil)
        #expect(Self.granted(allocator.admit(waiting("3", "A", request(["cpu": 6]))).verdict) != nil)
    }

    @Test func whatIsLentComesBackToWhoseQuotaItIs() {
        var pools = ledger(["cpu": 10]) { $0.quotas = ["A": Amount(whole: 6)] }
        let items = ["cpu": Amount(whole: 10)]
        pools.give(items, to: "B")
        let lent = Holding(id: "h", requester: "B", priority: 3, isPreemptible: true, items: items, grantedAt: 1)
        var allocator = Allocator(pools)
        let own = waiting("1", "A", request(["cpu": 6], wait: 0))
        guard case .granted(let fitting, let evicted) = allocator.admit(own, holdings: [lent]).verdict else {
            Issue.record("not granted")
            return
        }
        #expect(fitting.items == ["cpu": Amount(whole: 6)])
        #expect(evicted == [lent])
        #expect(allocator.ledger.isSound)
        // Beyond its quota it is as any other.
        allocator = Allocator(pools)
        pools.give(["cpu": .zero], to: "A")
        let other = waiting("2", "C", request(["cpu": 1], wait: 0))
        guard case .refused = allocator.admit(other, holdings: [lent]).verdict else {
            Issue.record("not refused")
            return
        }
    }

    // MARK: - Preemption

    @Test func theYoungestOfTheLowestPriorityGoesAndNoMoreThanNeeded() {
        var pools = ledger(["cpu": 6])
        func holding(_ id: String, _ cpu: Int64, priority: Int, at: Int64, preemptible: Bool = true) -> Holding {
            let items = ["cpu": Amount(whole: cpu)]
            pools.give(items, to: "B")
            return Holding(
                id: id,
                requester: "B",
                priority: priority,
                isPreemptible: preemptible,
                items: items,
                grantedAt: at
            )
        }
        let holdings = [
            holding("firm", 1, priority: 1, at: 9, preemptible: false), holding("old", 1, priority: 1, at: 1),
            holding("young", 1, priority: 1, at: 5), holding("better", 2, priority: 2, at: 7),
            holding("equal", 1, priority: 3, at: 8),
        ]
        func evicted(_ cpu: Int64, priority: Int) -> [String]? {
            var allocator = Allocator(pools)
            let new = waiting("n", "A", request(["cpu": cpu], priority: priority, wait: 0))
            guard case .granted(_, let evicted) = allocator.admit(new, holdings: holdings).verdict else { return nil }
            #expect(allocator.ledger.isSound)
            return evicted.map(\.id)
        }
        #expect(evicted(1, priority: 3) == ["young"])
        #expect(evicted(2, priority: 3) == ["young", "old"])
        // "better" is enough alone, once it has to go.
        #expect(evicted(4, priority: 3) == ["young", "old", "better"])
        #expect(evicted(5, priority: 3) == nil)
        #expect(evicted(1, priority: 1) == nil)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func theInterplayOfManyRequestsIsSound(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var allocator = Allocator(
                ledger([
                    "cpu": Int64.random(in: 1...20, using: &generator),
                    "gpu": Int64.random(in: 1...5, using: &generator),
                ]) {
                    $0.isDivisible = $0.id == "cpu"
                }
            )
            var holdings: [Holding] = []
            for index in 0..<30 {
                let requester = ["A", "B", "C"].randomElement(using: &generator) ?? "A"
                let priority = Int.random(in: 1...5, using: &generator)
                var wants: [String: Int64] = [:]
                if Bool.random(using: &generator) { wants["cpu"] = Int64.random(in: 1...6, using: &generator) }
                if Bool.random(using: &generator) { wants["gpu"] = Int64.random(in: 1...3, using: &generator) }
                guard !wants.isEmpty else { continue }
                let new = waiting("\(index)", requester, request(wants, priority: priority), since: Int64(index))
                let (verdict, others) = allocator.admit(new, holdings: holdings)
                if case .granted(let fitting, let evicted) = verdict {
                    holdings.removeAll { evicted.map(\.id).contains($0.id) }
                    holdings.append(Self.holding(new, fitting, index))
                }
                let taken = Set(others.evicted.map(\.id))
                holdings.removeAll { taken.contains($0.id) }
                for grant in others.grants { holdings.append(Self.holding(grant.waiting, grant.fitting, index)) }
                #expect(allocator.ledger.isSound)
                if let gone = holdings.randomElement(using: &generator), Bool.random(using: &generator) {
                    var ledger = allocator.ledger
                    ledger.takeBack(gone.items, from: gone.requester)
                    holdings.removeAll { $0.id == gone.id }
                    allocator = Allocator(ledger)
                    for grant in allocator.serve().grants {
                        holdings.append(Self.holding(grant.waiting, grant.fitting, index))
                    }
                    #expect(allocator.ledger.isSound)
                }
                // Nobody waits who could be served.
                #expect(allocator.serve().isEmpty)
            }
        }
    }

    private static func holding(_ waiting: Waiting, _ fitting: Fitting, _ index: Int) -> Holding {
        Holding(
            id: waiting.id,
            requester: waiting.requester,
            priority: waiting.request.priority,
            isPreemptible: index % 2 == 0,
            items: fitting.items,
            grantedAt: Int64(index)
        )
    }
}
