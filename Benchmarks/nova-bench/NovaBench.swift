import ArgumentParser

/// Measures Nova on this machine; started by `Benchmarks/run.sh`.
@main
struct NovaBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nova-bench",
        abstract: "Measures Nova on this machine and prints one table. Benchmarks/README.md says how to read it.",
        subcommands: [RunCommand.self, StageCommand.self, OptimizerCommand.self]
    )
}
