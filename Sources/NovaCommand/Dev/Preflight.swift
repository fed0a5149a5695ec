import ChildProcesses
import Foundation

/// What can be known to fail before anything is started.
enum Preflight {
    /// - Throws: `CommandFailure` that says what to do.
    static func check(_ plan: DevPlan) throws {
        guard isOnPath("redis-server") else {
            throw CommandFailure(
                .unavailable,
                "redis-server is not installed. On Debian and Ubuntu: apt-get install redis-server (or `make run`, "
                    + "which installs what is missing)"
            )
        }
        guard plan.port == 0 || isFree(plan.port) else {
            throw CommandFailure(
                .unavailable,
                "port \(plan.port) of 127.0.0.1 is in use, perhaps by another `nova dev`. Stop that, or choose another "
                    + "port: nova dev --port \(plan.port == 65_535 ? 8_003 : plan.port + 1)"
            )
        }
    }

    static func isOnPath(_ program: String) -> Bool {
        (Surroundings.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").contains { folder in
            FileManager.default.isExecutableFile(atPath: "\(folder)/\(program)")
        }
    }

    /// Whether nobody listens there.
    ///
    /// Any other obstacle, such as a port below 1024, is for the gateway to tell.
    static func isFree(_ port: Int) -> Bool { FreePort.obstacle(to: port) != EADDRINUSE }
}
