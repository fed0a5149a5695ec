package import ArgumentParser
import Logging
import NovaProcess
import NovaService

/// The gateway's process: settings in, services out.
package struct NovaGateway: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "nova-gateway",
        abstract: "Nova's gateway: takes requests over HTTP and WebSocket and hands them to the workers.",
        discussion: """
            Every setting can be given in the file and, stronger, in the environment: http.port is port below http in \
            the file, and NOVA_HTTP_PORT. docs/configuration.md lists them all. Ends with 0 after SIGTERM or SIGINT, \
            when what was in flight is answered; at once, with another code, at a second signal or after \
            stop.deadline; with 78 where a setting is wrong, with 1 where a port is taken: what is wrong is told all at \
            once.
            """,
        version: NovaVersion.current
    )

    @Option(name: .long, help: "Settings file (YAML). Without it, the one that NOVA_CONFIG names, or none.")
    package var config: String?

    package init() {}

    package func run() async throws {
        let process: GatewayProcess
        do {
            process = try await Self.begin(config)
        } catch let faults as StartFaults {
            StartFailure.report(faults, process: "nova-gateway")
            throw ExitCode(faults.exitCode)
        }
        do {
            try await process.run()
        } catch let error as SettingsError {
            // What only Redis can tell is wrong.
            StartFailure.report(StartFaults(settings: [error]), process: "nova-gateway")
            throw ExitCode(StartFailure.configurationExitCode)
        } catch {
            process.logger.critical("the gateway ended", metadata: ["error": "\(error)"])
            throw ExitCode.failure
        }
    }

    /// - Throws: `StartFaults` with everything that is wrong.
    private static func begin(_ file: String?) async throws -> GatewayProcess {
        do {
            let settings = try await GatewayProcessSettings(file: file)
            try await StartCheck(settings.common, ports: settings.ports, settings: settings.faults).run()
            return try GatewayProcess(settings)
        } catch let error as SettingsError {
            throw StartFaults(settings: [error])
        }
    }
}
