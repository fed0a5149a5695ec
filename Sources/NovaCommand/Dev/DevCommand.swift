import ArgumentParser

/// `nova dev`.
struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Starts all of Nova on this machine, and shows a flow being optimized and agents that agree.",
        discussion: """
            Starts a Redis of its own, an embedded Kafka, the gateway and the workers; submits a sample flow and shows \
            its result; has three agents agree on something; then goes on serving. Everything is in memory and gone afterwards. Ctrl-C stops all of it; a \
            second Ctrl-C does so at once. Settings of the environment that say where Redis, Kafka, keys or ports are \
            have no effect; others, such as NOVA_OPTIMIZATION_TIME_LIMIT, do.
            """
    )

    @Option(name: .long, help: "Port of the gateway on 127.0.0.1; 0 for any that is free.")
    var port = 8_003

    @Flag(name: .long, help: "Do not show the sample flow and the sample agents.")
    var noDemo = false

    @Option(name: .long, help: "Show this flow only: the body of an optimize request, JSON.")
    var flow: String?

    @Option(
        name: .long,
        help: "Folder with development-keys.yaml and examples/. Else config/ here or beside the build."
    )
    var configDir: String?

    @Flag(name: .shortAndLong, help: "Show all log lines, not only warnings and errors.")
    var verbose = false

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port must be a whole number from 0 to 65535, not \(port)")
        }
        if noDemo, flow != nil { throw ValidationError("--flow has no effect with --no-demo: give one of them") }
    }

    func run() async throws {
        let configuration = try ConfigDirectory.find(configDir)
        let plan = DevPlan(
            port: port,
            programs: try SiblingPrograms.find(),
            configuration: configuration,
            demo: noDemo ? nil : try SampleFlow(path: flow ?? configuration.sampleFlow),
            isVerbose: verbose
        )
        try Preflight.check(plan)
        try await DevSession(plan: plan, console: Console.current).run()
    }
}
