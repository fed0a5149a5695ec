import ArgumentParser
import ChildProcesses
import Foundation
import Optimization
import Synchronization

/// How good schedules are after a given time, on PSPLIB, beside OR-Tools CP-SAT in the same run.
struct OptimizerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimizer",
        abstract:
            "Compare the optimizer's schedules with the best that are known, and with OR-Tools CP-SAT; one thread each."
    )

    @Option(help: "Folder of PSPLIB: rcpsp with the single-mode sets, mrcpsp with the multi-mode ones.")
    var data = "../shared/data/psplib"

    @Option(help: "Sets to look at, each a folder of instances with a best-known.csv.")
    var set = ["rcpsp/j30", "rcpsp/j60", "rcpsp/j120", "mrcpsp/j20", "mrcpsp/j30"]

    @Option(help: "Seconds for an instance; several.")
    var seconds: [Double] = [1, 5]

    @Option(help: "Instances of each set at most, taken evenly.")
    var instances = 10_000

    @Option(help: "Benchmarks/optimizer/cpsat.py; without it Nova is measured alone.")
    var cpsat: String?

    func run() async throws {
        Console.say("one thread; CP-SAT: \(cpsat == nil ? "not measured" : "the usual model, one worker, seed 1")")
        let columns = ["set", "seconds", "solver", "instances", "proven", "avg dev %", "max dev %", "none"]
        print(columns.map { Self.cell($0) }.joined())
        for name in set {
            let psplib = try PSPLIBSet(name, in: data, most: instances)
            for limit in seconds {
                try report(psplib, limit, "nova", try nova(psplib, limit))
                if let cpsat { try report(psplib, limit, "cp-sat", try await others(psplib, limit, cpsat)) }
            }
        }
    }

    /// What became of one instance; nil: no schedule.
    private typealias Result = (makespan: Int?, isProven: Bool)

    private func nova(_ psplib: PSPLIBSet, _ limit: Double) throws -> [Result] {
        try psplib.instances.map { instance in
            let file = try PSPLIBFile(path: psplib.folder + "/" + instance.name)
            let problem = try FlowProblem(file.flow)
            // No recommendations, and all of the time for the search.
            let options = OptimizerOptions(timeLimit: .seconds(limit), schedulesPerQuestion: 0)
            let outcome: OptimizationOutcome
            do throws(InfeasibleFlow) {
                outcome = try Optimizer.optimize(problem, options: options)
            } catch {
                // Of each of these instances there are schedules.
                guard !error.isProven else { throw BenchError("\(instance.name): is said to have no schedule") }
                return (nil, false)
            }
            let faults = ScheduleValidator.violations(of: outcome.schedule, in: file.flow)
            guard faults.isEmpty else { throw BenchError("\(instance.name): \(faults)") }
            return (Int(outcome.schedule.makespan.rounded()), outcome.isOptimal)
        }
    }

    private func others(_ psplib: PSPLIBSet, _ limit: Double, _ script: String) async throws -> [Result] {
        let command = ChildCommand(
            executable: "python3",
            arguments: [script, psplib.folder, "\(limit)"] + psplib.instances.map(\.name)
        )
        let lines = Lines()
        try await ChildProcess.run(command, name: "cp-sat", onLine: { lines.add($0.line) }) { process in
            let exit = try await process.exit()
            guard exit == .exited(0) else {
                throw BenchError("cp-sat: \(exit)\n" + lines.all.suffix(5).joined(separator: "\n"))
            }
        }
        let found = lines.all.map { $0.split(separator: " ") }.filter { $0.count == 3 }
        return try psplib.instances.map { instance in
            guard let line = found.first(where: { $0[0] == instance.name }) else {
                throw BenchError("cp-sat did not tell of \(instance.name)")
            }
            return (Int(line[1]), line[2] == "1")
        }
    }

    private func report(_ psplib: PSPLIBSet, _ limit: Double, _ solver: String, _ results: [Result]) throws {
        let deviations = zip(psplib.instances, results).compactMap { instance, result in
            result.makespan.map { Double($0 - instance.bestKnown) / Double(instance.bestKnown) * 100 }
        }
        let proven = results.count(where: \.isProven)
        let cells = [
            psplib.name, Figure.fixed(limit), solver, "\(results.count)", "\(proven)",
            Figure.fixed(deviations.reduce(0, +) / Double(max(1, deviations.count))),
            Figure.fixed(deviations.max() ?? 0), "\(results.count - deviations.count)",
        ]
        print(cells.map { Self.cell($0) }.joined())
        // Each row as it comes, also into a file.
        fflush(nil)
    }

    private static func cell(_ text: String) -> String {
        String(repeating: " ", count: max(1, 12 - text.count)) + text
    }
}

private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
