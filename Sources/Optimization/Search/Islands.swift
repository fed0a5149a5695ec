import Foundation
import Synchronization

/// The best plan of several searches for the same network, each on a thread of its own.
final class SharedPlans: Sendable {
    private let best = Mutex<Plan?>(nil)
    private let isStopped = Atomic(false)

    /// Whether the searches are to end.
    var isOver: Bool { isStopped.load(ordering: .relaxed) }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    func offer(_ plan: Plan) {
        best.withLock { best in
            if best.map({ plan.score < $0.score }) ?? true { best = plan }
        }
    }

    func plan(betterThan score: Score) -> Plan? {
        best.withLock { best in best.flatMap { $0.score < score ? $0 : nil } }
    }
}

/// Searches beside the main one, which tell each other of the best they find.
///
/// With them the answer depends on how the threads are scheduled.
struct Islands {
    private let flow: Flow
    private let network: Network
    private let seed: UInt64
    private let deadline: ContinuousClock.Instant
    private let count: Int
    let shared = SharedPlans()

    /// - Parameter threads: in all, with the one of the main search.
    init(_ flow: Flow, _ network: Network, _ options: OptimizerOptions, until deadline: ContinuousClock.Instant) {
        self.flow = flow
        self.network = network
        self.deadline = deadline
        seed = options.seed
        count = network.count > 1 ? max(0, options.threads - 1) : 0
    }

    /// Searches on the other threads until `main` has ended, which is run on this one.
    func run<Answer>(_ main: (SharedPlans?) -> Answer) -> Answer {
        guard count > 0 else { return main(nil) }
        let group = DispatchGroup()
        for number in 1...count {
            group.enter()
            Thread.detachNewThread {
                search(seed &+ UInt64(number) &* 0x9E37_79B9)
                group.leave()
            }
        }
        defer {
            shared.stop()
            group.wait()
        }
        return main(shared)
    }

    private func search(_ seed: UInt64) {
        let tables = NetworkTables(network)
        let scoring = Scoring(tables, measure: flow.constraints.minimumQuality?.measure ?? .mean)
        let budget = SearchBudget(deadline: deadline, isCancelled: { shared.isOver }, onSchedule: { _, _ in })
        let genetic = GeneticSearch(tables, scoring, seed: seed, budget: budget) { _ in false }
        genetic.shared = shared
        genetic.begin()
        genetic.run(until: .max) { _ in }
    }
}
