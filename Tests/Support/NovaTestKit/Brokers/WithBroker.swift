import ChildProcesses

/// Runs `body` with a broker that is its alone, once that one serves.
///
/// - Parameters:
///   - place: Of an independent broker that was killed, to start it again on what it left. Ignored by the embedded one.
///   - environment: Added to that of the broker process.
@discardableResult
package func withBroker<R>(
    _ kind: BrokerKind = .embedded,
    at place: TestBroker.Place? = nil,
    environment: [String: String] = [:],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (TestBroker) async throws -> R
) async throws -> R {
    switch kind {
    case .embedded:
        try await withEmbeddedBroker(environment, body)
    case .noida:
        if let place {
            try await withNoida(place, environment, body)
        } else {
            try await TemporaryDirectory.run(prefix: "nova-noida") { directory in
                try await withNoida(.init(port: try FreePort.find(), directory: directory), environment, body)
            }
        }
    }
}

/// Machines that run tests may be slow; a broker takes less than a second.
private let readyLimit = Duration.seconds(60)

private func withEmbeddedBroker<R>(
    _ environment: [String: String],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (TestBroker) async throws -> R
) async throws -> R {
    let command = ChildCommand(executable: try Binaries.path("nova-test-broker"), environment: environment)
    return try await ChildProcess.run(command, name: "nova-test-broker") { process in
        let ready = try await process.line(within: readyLimit) { $0.hasPrefix("ready ") }
        let servers = String(ready.dropFirst("ready ".count))
        return try await body(
            TestBroker(kind: .embedded, bootstrapServers: servers, process: process, place: nil)
        )
    }
}

private func withNoida<R>(
    _ place: TestBroker.Place,
    _ environment: [String: String],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (TestBroker) async throws -> R
) async throws -> R {
    let arguments = [
        "start", "--only", "kafka", "--kafka-port", String(place.port), "--data-dir", place.directory,
    ]
    let command = ChildCommand(executable: try Binaries.noida(), arguments: arguments, environment: environment)
    return try await ChildProcess.run(command, name: "noida-db") { process in
        // It listens before it writes the addresses, and then this line.
        _ = try await process.line(within: readyLimit) { $0.contains("Ctrl-C to stop") }
        return try await body(
            TestBroker(kind: .noida, bootstrapServers: "127.0.0.1:\(place.port)", process: process, place: place)
        )
    }
}
