import Foundation
import Subprocess
import SystemPackage

/// Starts one child, reads what it writes, and reaps it.
struct ChildSupervisor: Sendable {
    let command: ChildCommand
    let name: String
    let onLine: @Sendable (ChildOutput) -> Void

    /// Returns when the program has been started.
    ///
    /// It is watched from then on until it has ended.
    func start() async throws -> ChildProcess {
        _ = Self.ignoresBrokenPipes
        let configuration = try await configuration()
        // The watching outlives this call and must not be cancelled with the caller: ``ChildProcess/stop(grace:)`` ends
        // the child, and with it this task.
        return try await withCheckedThrowingContinuation { continuation in
            let started = StartReport(name: name, continuation)
            Task { await watch(configuration, started) }
        }
    }

    private func configuration() async throws -> Configuration {
        let changes = command.environment.map { (Subprocess.Environment.Key(stringLiteral: $0), Optional($1)) }
        let environment = Subprocess.Environment.inherit.updating(Dictionary(uniqueKeysWithValues: changes))
        let program = try await ProgramPath.find(command.executable, environment: environment, name: name)
        var options = PlatformOptions()
        options.processGroupID = 0
        return Configuration(
            executable: .name(ParentDeathSignal.executable),
            arguments: Arguments(ParentDeathSignal.arguments(program: program, arguments: command.arguments)),
            environment: environment,
            workingDirectory: command.workingDirectory.map { FilePath($0) },
            platformOptions: options
        )
    }

    private func watch(_ configuration: Configuration, _ started: StartReport) async {
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                let child = ChildProcess(
                    pid: execution.processIdentifier.value,
                    name: name,
                    output: OutputLog(onLine: onLine),
                    input: execution.standardInputWriter
                )
                started.succeed(child)
                try await read(execution.standardOutput, execution.standardError, into: child.output)
                // It may have closed its output and live on.
                await Termination.wait(for: child.pid)
                child.sweep()
            }
            started.end(ChildExit(result.terminationStatus))
        } catch {
            started.fail(error)
        }
    }

    /// Reads to the end, so that the child never has to wait for a reader.
    private func read(
        _ output: SubprocessOutputSequence,
        _ error: SubprocessOutputSequence,
        into log: OutputLog
    ) async throws {
        try await withThrowingTaskGroup { group in
            for (stream, sequence) in [(ChildOutput.Stream.standardOutput, output), (.standardError, error)] {
                group.addTask {
                    var splitter = LineSplitter()
                    for try await buffer in sequence {
                        for line in buffer.withUnsafeBytes({ splitter.append($0) }) {
                            log.append(ChildOutput(stream: stream, line: line))
                        }
                    }
                    if let line = splitter.finish() { log.append(ChildOutput(stream: stream, line: line)) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Writing to a child that has just ended is an error to be told, not a signal that kills us.
    private static let ignoresBrokenPipes: Void = { _ = Foundation.signal(SIGPIPE, SIG_IGN) }()
}

extension ChildExit {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signaled(signal)
        }
    }
}
