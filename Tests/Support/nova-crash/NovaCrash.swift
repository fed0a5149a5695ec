import ArgumentParser

/// Breaks a Nova of real processes and checks that it kept its promises; started by `make crash` and `make soak`.
@main
struct NovaCrash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nova-crash",
        abstract: "Starts a whole Nova on this machine, loads it, and checks what it promised.",
        discussion: """
            Everything runs on 127.0.0.1, on free ports, in directories that are removed afterwards: gateways, workers, \
            redis-server and a broker of its own. The programs are those beside nova-crash itself. docs/guarantees.md \
            says what is promised.
            """,
        subcommands: [CrashCommand.self, SoakCommand.self],
        defaultSubcommand: CrashCommand.self
    )
}
