import ArgumentParser
import Foundation
import FuzzKit

@main
struct NovaFuzz: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nova-fuzz",
        abstract: "Starts a whole Nova on this machine and sends it requests that are wrong in every way.",
        discussion: """
            Valid requests are built from /openapi.json and /asyncapi.json, then changed: extremes of numbers, lengths and depths, \
            wrong types, members twice, texts that mean something to somebody. It stops at the first process that ended, 5xx, \
            answer that is not what the document says, answer that does not come in 10 s, error answer over 64 KiB, or anything \
            of another owner; makes the request small, prints it, and exits with 1. The same seed sends the same requests.
            """
    )

    @Option(help: "Seconds during which requests are begun, 1 to 86400.")
    var duration: Int?

    @Option(help: "Requests in all, 1 or more.")
    var requests: Int?

    @Option(help: "Number from which the requests follow. Without it: one from the clock, which is printed.")
    var seed: UInt64?

    @Option(help: "Clients that send at the same time, 1 to 256.")
    var clients = 16

    func validate() throws {
        guard duration.map((1...86_400).contains) ?? true else {
            throw ValidationError("--duration must be 1 to 86400")
        }
        guard requests.map({ $0 >= 1 }) ?? true else { throw ValidationError("--requests must be at least 1") }
        guard (1...256).contains(clients) else { throw ValidationError("--clients must be 1 to 256") }
    }

    func run() async throws {
        var run = FuzzRun()
        run.seed = seed ?? UInt64(Date().timeIntervalSince1970)
        run.duration = requests == nil ? duration ?? 60 : duration
        run.requests = requests ?? .max
        run.clients = clients
        run.onProgress = { number in
            if number % 10_000 == 0 { FileHandle.standardError.write(Data("  \(number) requests\n".utf8)) }
        }
        print("fuzz: seed \(run.seed), \(clients) clients")
        let start = ContinuousClock.now
        let report = try await run.run()
        let seconds = start.duration(to: .now).components.seconds
        print("fuzz: \(report.requests) requests and \(report.messages) WebSocket messages in \(seconds) s")
        for (status, count) in report.statuses.sorted(by: { $0.key < $1.key }) { print("  \(status): \(count)") }
        guard report.failures.isEmpty else {
            for failure in report.failures { print("fuzz: FAILED: \(failure)") }
            print("fuzz: again with: SEED=\(run.seed)")
            throw ExitCode(1)
        }
        print("fuzz: nothing ended, no 5xx, no answer missing, none that is not as the documents say")
    }
}
