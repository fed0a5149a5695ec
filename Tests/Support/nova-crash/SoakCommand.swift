import ArgumentParser
import CrashKit
import Foundation

/// Load without faults, and what it does to memory.
struct SoakCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Load without faults: memory of each process at start, middle and end, and requests per second.",
        discussion: """
            Memory is what the kernel counts as resident. The broker keeps its last records (5 MB a partition) and Redis \
            keeps jobs and events, so that both grow until those bounds; gateways and workers should not. Exits with 1 \
            where a promise was broken.
            """
    )

    @Option(help: "Seconds of load, 10 to 86400.")
    var duration = 1_800

    @Option(help: "Number from which the load follows.")
    var seed: UInt64 = 1

    @OptionGroup var cluster: ClusterOptions

    func validate() throws {
        guard (10...86_400).contains(duration) else { throw ValidationError("--duration must be 10 to 86400") }
    }

    func run() async throws {
        say(Conditions.text + "duration     \(duration) s\nseed         \(seed)\n")
        let (duration, memory) = (duration, MemoryTable())
        let outcome = try await cluster.run(seed: seed).run { stage in
            try await withProgress(of: stage.history) {
                memory.read("start", stage.cluster)
                try await Task.sleep(for: .seconds(duration) / 2)
                memory.read("middle", stage.cluster)
                try await Task.sleep(for: .seconds(duration) / 2)
                memory.read("end", stage.cluster)
            }
        }
        let rate = Double(outcome.verdict.acknowledged) / Double(duration)
        say("\n\(memory.text)\n")
        say("requests per second: \(rate.formatted(.number.precision(.fractionLength(1))))")
        say(Report(outcome.verdict).text)
        guard !outcome.verdict.isGood else { return }
        say("\n\(outcome.verdict.words(10))\n\nhistory: \(try HistoryFile.write(outcome.history, seed: seed))")
        throw ExitCode.failure
    }
}
