import Synchronization

@testable import NovaCommand

/// One command line, run in this process, and what came of it.
struct CommandRun: Sendable {
    let code: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// - Parameter environment: All of it; nothing of this process's own is seen by the command.
    static func nova(_ arguments: String..., environment: [String: String] = [:]) async -> CommandRun {
        await nova(arguments, environment: environment)
    }

    static func nova(_ arguments: [String], environment: [String: String] = [:]) async -> CommandRun {
        let capture = Capture()
        let code = await Console.$current.withValue(capture.console()) {
            await Surroundings.$environment.withValue(environment) { await NovaTool.run(arguments) }
        }
        return CommandRun(code: code, output: capture.output, errors: capture.errors)
    }
}

/// A console that keeps what is written to it.
final class Capture: Sendable {
    private let texts = Mutex((output: "", errors: ""))

    var output: String { texts.withLock { $0.output } }
    var errors: String { texts.withLock { $0.errors } }

    func console(isTerminal: Bool = false, width: Int = 80) -> Console {
        Console(
            isTerminal: isTerminal,
            width: width,
            output: { [self] text in texts.withLock { $0.output += text } },
            errors: { [self] text in texts.withLock { $0.errors += text } }
        )
    }
}
