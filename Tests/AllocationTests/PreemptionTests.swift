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

    /// Each request is made again as soon as it was thrown out: it comes to an end, whoever asks first, and nobody is below its quota by
    /// what others took.
    @Test(arguments: 1...30 as ClosedRange<UInt64>) func twoNeverThrowEachOtherOutInTurn(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<30 {
            let requesters = ["A", "B", "C"]
            var quotas: [String: Amount] = [:]
            for requester in requesters where Bool.random(using: &generator) {
                quotas[requester] = Amount(whole: Int64.random(in: 1...4, using: &generator))
            }
            let pools = ledger(["cpu": 12, "gpu": 12]) { $0.quotas = quotas }
            var allocator = Allocator(pools)
            var holdings: [Holding] = []
            var open: [Waiting] = (0..<10).map { number in
                var wants: [String: Int64] = ["gpu": Int64.random(in: 1...6, using: &generator)]
                if Bool.random(using: &generator) { wants["cpu"] = Int64.random(in: 1...6, using: &generator) }
                let priority = Int.random(in: 1...3, using: &generator)
                return waiting(
                    "\(number)",
                    requesters[number % 3],
                    request(wants, priority: priority, wait: 0),
                    since: Int64(number)
                )
            }
            let all = open
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
            #expect(evictions < 1_000, "they throw each other out in turn")
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
