import ArgumentParser
import Foundation

/// Runs the parts one after the other and prints the table.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the benchmarks and print one table; progress goes to standard error."
    )

    @Option(help: "Folder of the release build.")
    var binaries: String

    @Option(help: "Folder of wrk's scripts.")
    var scripts: String

    @Option(help: "Folder of the compiled C loops.")
    var cPrograms: String

    @Option(help: "A part to run; all of them if not named.")
    var only: [Part] = []

    @Option(help: "Rounds of which each figure is the median.")
    var rounds = 3

    @Option(help: "Seconds of load per stage and round.")
    var seconds = 3

    @Option(help: "Folder of long conversations, which are searched for what answers questions.")
    var conversations = "../shared/data/locomo"

    @Option(help: "Memories of the large domain, a multiple of 500.")
    var memories = 100_000

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case gateway
        case endToEnd = "end-to-end"
        case tasks
        case allocations
        case memories
        case search
        case analytics
        case redis
        case kafka
    }

    func validate() throws {
        guard (1...20).contains(rounds) else { throw ValidationError("--rounds must be 1 to 20") }
        guard memories >= 500 && memories % 500 == 0 else {
            throw ValidationError("--memories must be a multiple of 500")
        }
        guard (1...60).contains(seconds) else { throw ValidationError("--seconds must be 1 to 60") }
    }

    func run() async throws {
        let programs = Programs(binaries: binaries, scripts: scripts, cPrograms: cPrograms)
        let began = ContinuousClock.now
        var table = Table(conditions: try await Conditions.read(programs))
        for part in Part.allCases where only.isEmpty || only.contains(part) {
            table.sections.append(try await measure(part, programs))
        }
        table.conditions.append(("took", "\(began.duration(to: .now).components.seconds) s, \(rounds) rounds, medians"))
        print(table.text)
    }

    private func measure(_ part: Part, _ programs: Programs) async throws -> Section {
        switch part {
        case .gateway: try await GatewayPart(programs: programs, rounds: rounds, seconds: seconds).run()
        case .endToEnd: try await EndToEndPart(programs: programs).run()
        case .tasks: try await TasksPart(programs: programs).run()
        case .allocations: try await AllocationsPart(programs: programs).run()
        case .memories: try await MemoriesPart(programs: programs, folder: conversations, many: memories).run()
        case .search: try await LongSearchPart(programs: programs).run()
        case .analytics: try await AnalyticsPart(rounds: rounds).run()
        case .redis: try await RedisPart(rounds: rounds).run()
        case .kafka: try await KafkaPart(programs: programs, rounds: rounds).run()
        }
    }
}
