package import AsyncPrimitives
import NovaTestKit

/// Clients that send commands at the same time, each on flows of its own.
package struct Workload: Sendable {
    private let shape: LoadShape
    private let seed: UInt64
    private let run: String
    private let sender: CommandSender
    private let history: History

    /// - Parameter gateways: The addresses at this moment; asked before each request.
    package init(
        _ shape: LoadShape,
        seed: UInt64,
        run: String = "crash",
        key: String,
        history: History,
        gateways: @escaping @Sendable () -> [String]
    ) {
        self.shape = shape
        self.seed = seed
        self.run = run
        self.history = history
        sender = CommandSender(key: key, shape: shape, history: history, gateways: gateways)
    }

    /// Returns when every writer has come to its end.
    package func run(until stop: AsyncEvent) async {
        var seeds = SplitMix64(seed: seed)
        await withDiscardingTaskGroup { group in
            for number in 0..<shape.writers {
                var writer = Writer(
                    number: number,
                    run: run,
                    shape: shape,
                    sender: sender,
                    history: history,
                    seed: seeds.next()
                )
                group.addTask { await writer.work(until: stop) }
            }
        }
    }
}
