package import ChildProcesses
import Foundation

/// A gateway or worker process that said it is ready.
package struct ClusterMember: Sendable {
    package let process: ChildProcess
    /// Of its HTTP port, or a worker's health port.
    package let host: String
    package let port: Int

    package var name: String { process.name }
    package var url: String { "http://\(host):\(port)" }
    package var webSocketURL: String { "ws://\(host):\(port)" }

    /// Waits until the process logs that it is ready.
    package init(_ process: ChildProcess, _ role: MemberRole) async throws {
        let line = try await process.line(within: .seconds(90)) { LogLine($0)?.message == role.readyMessage }
        self.process = process
        host = LogLine(line)?["host"] ?? "127.0.0.1"
        guard let text = LogLine(line)?[role.portField], let port = Int(text) else {
            throw ClusterError(description: "\(process.name) did not say its \(role.portField): \(line)")
        }
        self.port = port
    }
}

package struct ClusterError: Error, CustomStringConvertible {
    package let description: String
}
