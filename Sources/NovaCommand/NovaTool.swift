package import ArgumentParser
import NovaPools
import NovaProcess
import NovaService

/// The tool for people.
package struct NovaTool: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "nova",
        abstract: "Runs Nova on this machine, and looks after one that runs elsewhere.",
        discussion: """
            Exit codes: 0 done; 1 failed; 64 the command line is wrong; 69 Redis, Kafka or the gateway does not answer; \
            77 the API key, or the user of Redis, may not do this; 78 a setting is wrong.
            """,
        version: NovaVersion.current,
        subcommands: [
            DevCommand.self, KeysCommand.self, JobsCommand.self, DeadLettersCommand.self, TailCommand.self,
            TopicsCommand.self, SettingsCommand.self,
        ]
    )

    package init() {}
}

extension NovaTool {
    /// Runs one command line and returns the exit code of the process.
    ///
    /// - Parameter arguments: Without the name of the program.
    package static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            // What is like no setting is somebody else's.
            for name in Settings.unknownVariables(Surroundings.environment, DeclaredSettings.groups)
            where name.suggestion != nil {
                Console.current.note("nova: \(name)")
            }
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return written()
        } catch let failure as CommandFailure {
            Console.current.note("nova: \(failure.message)")
            return failure.kind.rawValue
        } catch {
            return report(error)
        }
    }

    /// What the parser has to say: help and version are answers, all else is a fault of the command line.
    private static func report(_ error: any Error) -> Int32 {
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        if !text.isEmpty {
            if code == .success { Console.current.line(text) } else { Console.current.note(text) }
        }
        return code == .success ? written() : code.rawValue
    }

    /// The exit code of a command that has done all: what it printed may not have arrived.
    private static func written() -> Int32 {
        guard case .failed(let reason)? = Console.current.outputFault else { return 0 }
        Console.current.note("nova: the output could not be written: \(reason)")
        return CommandFailure.Kind.failed.rawValue
    }
}
