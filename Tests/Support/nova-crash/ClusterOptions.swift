import ArgumentParser
import CrashKit

/// What both commands start, and how they load it.
struct ClusterOptions: ParsableArguments {
    @Option(help: "Gateways, 2 to 16: clients go to another one when theirs does not answer.")
    var gateways = 2

    @Option(help: "Workers, 1 to 16.")
    var workers = 2

    @Option(help: "Clients that send commands at the same time, 1 to 256, each on three flows of its own.")
    var writers = 4

    @Option(help: "WebSocket subscribers, 1 to 64.")
    var subscribers = 2

    @Option(help: "Milliseconds between two commands of one client, 0 to 60000.")
    var pause = 30

    func validate() throws {
        try check("gateways", gateways, 2...16)
        try check("workers", workers, 1...16)
        try check("writers", writers, 1...256)
        try check("subscribers", subscribers, 1...64)
        try check("pause", pause, 0...60_000)
    }

    private func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("--\(name) must be \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func run(seed: UInt64) -> CrashRun {
        var run = CrashRun()
        run.seed = seed
        run.plan.gateways = gateways
        run.plan.workers = workers
        run.plan.subscribers = subscribers
        run.load.writers = writers
        run.load.pause = .milliseconds(pause)
        return run
    }
}
