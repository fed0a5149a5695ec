import ArgumentParser
import CrashKit
import Foundation

/// Random faults under load.
struct CrashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Inject random faults under load, then check every promise. Exits with 1 where one was broken.",
        discussion: """
            The faults and their times follow from the seed, and so does what clients send; how processes meet them is \
            the machine's. Where a promise was broken, the whole history is kept in a file, whose path is printed. \
            Needs a debug build: fault points are not in a release.
            """
    )

    @Option(help: "Seconds during which faults begin, 5 to 86400.")
    var duration = 600

    @Option(help: "Number from which the faults and the load follow. Without it: one from the clock, which is printed.")
    var seed: UInt64?

    @OptionGroup var cluster: ClusterOptions

    func validate() throws {
        guard (5...86_400).contains(duration) else { throw ValidationError("--duration must be 5 to 86400") }
    }

    func run() async throws {
        let seed = seed ?? UInt64(Date().timeIntervalSince1970)
        let schedule = FaultSchedule(
            seed: seed,
            duration: .seconds(duration),
            gateways: cluster.gateways,
            workers: cluster.workers
        )
        say(Conditions.text + conditions(seed) + "\n\(schedule)\n")
        let outcome = try await cluster.run(seed: seed).run(onFault: { say("  \($0)") }) { stage in
            try await withProgress(of: stage.history) { try await stage.injector.run(schedule) }
        }
        say(Report(outcome.verdict).text)
        guard !outcome.verdict.isGood else { return }
        say("\n\(outcome.verdict.words(10))\n\nhistory: \(try HistoryFile.write(outcome.history, seed: seed))")
        throw ExitCode.failure
    }

    private func conditions(_ seed: UInt64) -> String {
        """
        processes    \(cluster.gateways) gateways, \(cluster.workers) workers, redis-server, three brokers in one process
        duration     \(duration) s
        seed         \(seed)

        """
    }
}

/// Standard output, line by line also where it is a pipe.
func say(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}
