import NovaContract
import NovaTestKit
import Testing

@testable import Allocation

/// What is taken back for whom: quotas, priorities, and requests that wait.
@Suite struct PreemptionTests {
    private static let half = ["A": Amount(whole: 4), "B": Amount(whole: 4)]

    /// What each holds, booked.
    private func hold(
        _ ledger: inout Ledger,
        _ requester: String,
        _ amounts: [Int64],
        of pool: String = "gpu",
        priority: Int = 1
    ) -> [Holding] {
        amounts.enumerated().map { index, amount in
            let items = [pool: Amount(whole: amount)]
            ledger.give(items, to: requester)
            return Holding(
                id: "\(requester)\(index)",
                requester: requester,
                priority: priority,
                isPreemptible: true,
                items: items,
                grantedAt: Int64(index)
            )
        }
    }

    private func ask(
        _ ledger: Ledger,
        _ holdings: [Holding],
        _ requester: String,
        _ request: AllocateRequest
    ) -> (granted: [String: Amount]?, evicted: [String]) {
        var allocator = Allocator(ledger)
        guard
            case .granted(let fitting, let evicted) = allocator.admit(
                waiting("new", requester, request),
                holdings: holdings
            ).verdict
        else { return (nil, []) }
        #expect(allocator.ledger.isSound)
        return (fitting.items, evicted.map(\.id))
    }

    // MARK: - Bounds

    /// Redis does nothing else while what is taken back is booked.
    @Test func noMoreIsTakenBackForOneRequestThanIsBookedAtOnce() {
        var pools = ledger(["gpu": 200])
        let holdings = hold(&pools, "B", Array(repeating: 1, count: 200))
        let most = Int64(Allocator.mostEvicted)
        let some = ask(pools, holdings, "A", request(["gpu": most], priority: 2, wait: 0))
        #expect(some.granted == ["gpu": Amount(whole: most)] && some.evicted.count == Allocator.mostEvicted)
        #expect(ask(pools, holdings, "A", request(["gpu": most + 1], priority: 2, wait: 0)).granted == nil)
        // One that waits goes on holding back those behind it, until enough has come back.
        var allocator = Allocator(pools)
        let large = allocator.admit(waiting("new", "A", request(["gpu": most + 1], priority: 2)), holdings: holdings)
        #expect(large.verdict == .waits(ahead: 0))
    }

    @Test func aServiceIsBookedInParts() {
        var pools = ledger(["gpu": 100, "cpu": 100])
        pools.queue = (0..<60).map { waiting("\($0)", "A", request(["gpu": 1, "cpu": 1]), since: Int64($0)) }
        var allocator = Allocator(pools)
        let all = allocator.serve()
        #expect(all.grants.count == 60)
        #expect(all.first(30).grants.map(\.waiting.id) == all.grants.prefix(10).map(\.waiting.id))
        // One that is more than that alone goes all the same.
        #expect(all.first(1).grants.count == 1)
        #expect(all.first(1_000) == all)
    }

    // MARK: - Quotas

    @Test func aQuotaComesBackAndNotWhatIsTheOthersOwn() {
        var pools = ledger(["gpu": 8]) { $0.quotas = Self.half }
        let holdings = hold(&pools, "B", [4, 2, 2])
        #expect(ask(pools, holdings, "A", request(["gpu": 6], wait: 0)).granted == nil)
        let own = ask(pools, holdings, "A", request(["gpu": 4], wait: 0))
        #expect(own.granted == ["gpu": Amount(whole: 4)] && Set(own.evicted) == ["B1", "B2"])
        // Of more that is wanted, the quota.
        let range = request([:], wait: 0) {
            $0.wants = ["gpu": .init(minimum: Amount(whole: 1), maximum: Amount(whole: 6))]
        }
        #expect(ask(pools, holdings, "A", range).granted == ["gpu": Amount(whole: 2)])
    }

    /// The borrowed part first, whatever is younger.
    @Test func whatIsBorrowedAsAWholeGoesFirst() {
        var pools = ledger(["gpu": 8]) { $0.quotas = Self.half }
        let holdings = hold(&pools, "B", [2, 6])
        #expect(ask(pools, holdings, "A", request(["gpu": 2], wait: 0)).evicted == ["B0"])
        #expect(ask(pools, holdings, "A", request(["gpu": 4], wait: 0)).granted != nil)
    }

    /// What is within a quota is kept, for a higher priority too.
    @Test func noPriorityTakesWhatIsWithinAQuota() {
        var pools = ledger(["gpu": 8]) { $0.quotas = ["B": Amount(whole: 4)] }
        let holdings = hold(&pools, "B", [4, 4])
        #expect(ask(pools, holdings, "A", request(["gpu": 5], priority: 5, wait: 0)).granted == nil)
        #expect(ask(pools, holdings, "A", request(["gpu": 4], priority: 5, wait: 0)).evicted == ["B1"])
    }

    /// Requests that are made again as soon as they were thrown out, the oldest first; how often that was.
    private func evictions(_ pools: Ledger, _ all: [Waiting]) -> Int {
        var allocator = Allocator(pools)
        var holdings: [Holding] = []
        var open = all
        var evictions = 0
        var moment: Int64 = 0
        var refused = 0
        // A round in which nobody gets anything is the end.
        while refused < open.count, evictions < 1_000 {
            let next = open.removeFirst()
            moment += 1
            guard case .granted(let fitting, let evicted) = allocator.admit(next, holdings: holdings).verdict else {
                open.append(next)
                refused += 1
                continue
            }
            refused = 0
            evictions += evicted.count
            let gone = Set(evicted.map(\.id))
            holdings.removeAll { gone.contains($0.id) }
            open += all.filter { gone.contains($0.id) }
            holdings.append(
                Holding(
                    id: next.id,
                    requester: next.requester,
                    priority: next.request.priority,
                    isPreemptible: true,
                    items: fitting.items,
                    grantedAt: moment
                )
            )
            #expect(allocator.ledger.isSound)
        }
        return evictions
    }

    /// A quota in one pool gives no claim to what is another's own in a second.
    @Test func aQuotaTakesNothingOfAnotherPool() {
        var pools = ledger(["gpu": 4, "mem": 5]) {
            $0.quotas = $0.id == "gpu" ? ["A": Amount(whole: 4)] : ["B": Amount(whole: 5)]
        }
        let both = request(["gpu": 4, "mem": 5], wait: 0)
        #expect(evictions(pools, [waiting("a", "A", both), waiting("b", "B", both)]) == 0)
        let items = ["gpu": Amount(whole: 4), "mem": Amount(whole: 5)]
        pools.give(items, to: "A")
        let held = Holding(id: "a", requester: "A", priority: 1, isPreemptible: true, items: items, grantedAt: 1)
        #expect(ask(pools, [held], "B", both).granted == nil)
        // What is its own it gets, and what nobody has a quota of where it is free.
        #expect(ask(pools, [held], "B", request(["mem": 5], wait: 0)).evicted == ["a"])
        pools.pools["disk"] = Ledger.Pool(ResourceDefinition(id: "disk", capacity: Amount(whole: 2)))
        #expect(ask(pools, [held], "B", request(["mem": 5, "disk": 2], wait: 0)).evicted == ["a"])
        pools.give(["disk": Amount(whole: 1)], to: "C")
        #expect(ask(pools, [held], "B", request(["mem": 5, "disk": 2], wait: 0)).granted == nil)
    }

    /// Each takes its own back from the next one, and with it what the third one lends.
    @Test func threeNeverThrowEachOtherOutInARing() {
        let owners = ["a": "A", "b": "B", "c": "C"]
        let pools = ledger(["a": 1, "b": 1, "c": 1]) { $0.quotas = [owners[$0.id] ?? "": Amount(whole: 1)] }
        let all = [("A", ["a", "b"]), ("B", ["b", "c"]), ("C", ["c", "a"])].map { requester, names in
            waiting(requester, requester, request(Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }), wait: 0))
        }
        #expect(evictions(pools, all) < 4)
    }

    /// A higher priority of its own takes the place of what a requester holds, as long as it gives up nothing for it.
    @Test func whatIsOnesOwnMakesWayForOnesOwn() {
        var pools = ledger(["gpu": 4, "mem": 4]) { $0.quotas = $0.id == "gpu" ? ["A": Amount(whole: 2)] : [:] }
        let items = ["gpu": Amount(whole: 2), "mem": Amount(whole: 4)]
        pools.give(items, to: "A")
        let low = Holding(id: "low", requester: "A", priority: 1, isPreemptible: true, items: items, grantedAt: 1)
        pools.give(["gpu": Amount(whole: 1)], to: "B")
        #expect(ask(pools, [low], "A", request(["gpu": 2, "mem": 4], priority: 2, wait: 0)).evicted == ["low"])
        // Its quota is not given up for what could be taken from it again.
        #expect(ask(pools, [low], "A", request(["gpu": 3], priority: 2, wait: 0)).granted == nil)
        #expect(ask(pools, [low], "A", request(["mem": 4], priority: 2, wait: 0)).granted == nil)
    }

    /// It comes to an end, whoever asks first, whatever quotas there are of each pool.
    @Test(arguments: 1...30 as ClosedRange<UInt64>) func twoNeverThrowEachOtherOutInTurn(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<60 {
            let requesters = ["A", "B", "C"]
            var capacities: [String: Int64] = [:]
            for name in ["cpu", "disk", "gpu", "mem"].prefix(Int.random(in: 1...4, using: &generator)) {
                capacities[name] = Int64.random(in: 1...Int64.random(in: 1...6, using: &generator), using: &generator)
            }
            let pools = ledger(capacities) { pool in
                var left = capacities[pool.id] ?? 0
                for requester in requesters.shuffled(using: &generator) where left > 0 && Bool.random(using: &generator)
                {
                    let quota = Int64.random(in: 1...left, using: &generator)
                    pool.quotas[requester] = Amount(whole: quota)
                    left -= quota
                }
            }
            let names = capacities.keys.sorted()
            let all = (0..<10).map { number in
                var wants: [String: Int64] = [:]
                for name in names where Bool.random(using: &generator) {
                    wants[name] = Int64.random(in: 1...(capacities[name] ?? 1), using: &generator)
                }
                if wants.isEmpty { wants[names[0]] = 1 }
                let priority = Int.random(in: 1...3, using: &generator)
                return waiting(
                    "\(number)",
                    requesters[number % 3],
                    request(wants, priority: priority, wait: 0),
                    since: Int64(number)
                )
            }
            #expect(evictions(pools, all) < 1_000, "they throw each other out in turn")
        }
    }

    // MARK: - Those that wait

    @Test func aRequestThatWaitsPreemptsWhenItsTurnComes() {
        var pools = ledger(["gpu": 2, "mem": 5])
        let low = hold(&pools, "L", [2])
        let other = hold(&pools, "O", [5], of: "mem", priority: 5)
        pools.queue = [waiting("high", "H", request(["gpu": 2, "mem": 5], priority: 3))]
        var allocator = Allocator(pools)
        #expect(allocator.mayPreempt)
        #expect(allocator.serve(holdings: low).isEmpty)
        pools.takeBack(other[0].items, from: "O")
        allocator = Allocator(pools)
        let service = allocator.serve(holdings: low)
        #expect(service.grants.map(\.waiting.id) == ["high"])
        #expect(service.evicted.map(\.id) == ["L0"])
        #expect(allocator.ledger.isSound)
    }

    @Test func whoCanNeverBeServedHoldsNobodyBack() {
        var pools = ledger(["gpu": 7])
        _ = hold(&pools, "X", [6])
        pools.queue = [waiting("eight", "A", request(["gpu": 8])), waiting("one", "B", request(["gpu": 1]), since: 5)]
        var allocator = Allocator(pools)
        let service = allocator.serve()
        #expect(service.hopeless.map(\.waiting.id) == ["eight"])
        #expect(service.hopeless.first?.reason.contains("7 of 7 of gpu can be had, 8 needed") == true)
        #expect(service.grants.map(\.waiting.id) == ["one"])
        #expect(allocator.ledger.queue.isEmpty)
        // A new one sees to it, too.
        allocator = Allocator(Ledger(pools: pools.pools, used: pools.used, queue: [pools.queue[0]]))
        let (verdict, others) = allocator.admit(waiting("new", "B", request(["gpu": 1], wait: 0)))
        guard case .granted = verdict else {
            Issue.record("not granted")
            return
        }
        #expect(others.hopeless.map(\.waiting.id) == ["eight"])
    }
}
