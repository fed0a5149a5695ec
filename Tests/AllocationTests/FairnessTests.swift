import NovaContract
import NovaTestKit
import Testing

@testable import Allocation

/// The properties of Dominant Resource Fairness (Ghodsi et al., NSDI 2011, section 3), on random demands.
///
/// They hold exactly for divisible tasks; here tasks are small parts of the pools, and each property holds up to a task: one's
/// own, or the largest of those that a pool is held back for.
@Suite struct FairnessTests {
    private struct Game {
        let capacities: [String: Int64]
        /// Of one task, by requester.
        var demands: [String: [String: Int64]]

        init(seed: UInt64) {
            var generator = SplitMix64(seed: seed)
            let pools = ["cpu", "memory", "gpu"].prefix(Int.random(in: 1...3, using: &generator))
            capacities = Dictionary(
                uniqueKeysWithValues: pools.map { ($0, Int64.random(in: 100...200, using: &generator)) }
            )
            demands = [:]
            for requester in ["A", "B", "C", "D"].prefix(Int.random(in: 2...4, using: &generator)) {
                demands[requester] = Dictionary(
                    uniqueKeysWithValues: pools.map { ($0, Int64.random(in: 1...6, using: &generator)) }
                )
            }
        }

        /// Tasks that each requester gets, all having more to do than there is.
        func play() -> [String: Int64] {
            var ledger = ledger(capacities)
            for (requester, demand) in demands {
                for index in 0..<200 {
                    ledger.queue.append(waiting("\(requester)\(index)", requester, request(demand)))
                }
            }
            // The order in which they ask must not matter.
            ledger.queue.sort { $0.id < $1.id }
            var tasks: [String: Int64] = [:]
            var allocator = Allocator(ledger)
            for grant in allocator.serve().grants { tasks[grant.waiting.requester, default: 0] += 1 }
            return tasks
        }

        func share(_ requester: String, _ tasks: Int64) -> Double {
            demands[requester]?.map { Double($0.value * tasks) / Double(capacities[$0.key] ?? 1) }.max() ?? 0
        }

        /// Tasks of this demand that the largest task of anybody has the place of.
        func tolerance(_ demand: [String: Int64]) -> Int64 {
            demand.map { id, amount in
                ((demands.values.compactMap { $0[id] }.max() ?? 0) + amount - 1) / amount
            }.max() ?? 1
        }

        /// Tasks of this demand that so much of each pool is enough for.
        static func useful(_ bundle: [String: Int64], _ demand: [String: Int64]) -> Int64 {
            demand.map { (bundle[$0.key] ?? 0) / $0.value }.min() ?? 0
        }
    }

    /// Each is at least as well off as with its equal part of every pool.
    @Test(arguments: 1...25) func sharingIsWorthwhile(seed: UInt64) {
        let game = Game(seed: seed)
        let tasks = game.play()
        for (requester, demand) in game.demands {
            let part = game.capacities.mapValues { $0 / Int64(game.demands.count) }
            let least = Game.useful(part, demand) - game.tolerance(demand)
            #expect(tasks[requester, default: 0] >= least, "\(requester)")
        }
    }

    /// Nobody would rather have what another has.
    @Test(arguments: 1...25) func nobodyEnvies(seed: UInt64) {
        let game = Game(seed: seed)
        let tasks = game.play()
        for (requester, demand) in game.demands {
            for (other, theirs) in game.demands where other != requester {
                let bundle = theirs.mapValues { $0 * tasks[other, default: 0] }
                let most = tasks[requester, default: 0] + game.tolerance(demand)
                #expect(Game.useful(bundle, demand) <= most, "\(requester) envies \(other)")
            }
        }
    }

    /// Nobody could have more without another having less: of each requester's pools one is used up.
    @Test(arguments: 1...25) func nothingIsLeft(seed: UInt64) {
        let game = Game(seed: seed)
        let tasks = game.play()
        let left = game.capacities.map { id, capacity in
            (id, capacity - game.demands.reduce(0) { $0 + ($1.value[id] ?? 0) * tasks[$1.key, default: 0] })
        }
        // Less than the largest task that is held back for.
        let largest = game.capacities.keys.map { id in (id, game.demands.values.compactMap { $0[id] }.max() ?? 0) }
        for (requester, _) in game.demands {
            let isUsedUp = left.contains { id, rest in rest < largest.first { $0.0 == id }?.1 ?? 0 }
            #expect(isUsedUp, "\(requester)")
        }
    }

    /// Nobody gets more of what it really needs by asking for something else.
    @Test(arguments: 1...25) func lyingDoesNotPay(seed: UInt64) {
        let honest = Game(seed: seed)
        let tasks = honest.play()
        var generator = SplitMix64(seed: seed &+ 1_000)
        for (requester, demand) in honest.demands {
            var lie = honest
            lie.demands[requester] = demand.mapValues { max(1, $0 + Int64.random(in: -3...5, using: &generator)) }
            let bundle = (lie.demands[requester] ?? [:]).mapValues { $0 * (lie.play()[requester, default: 0]) }
            let most = tasks[requester, default: 0] + honest.tolerance(demand)
            #expect(Game.useful(bundle, demand) <= most, "\(requester)")
        }
    }
}
