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

    /// Whether somebody could listen there now.
    static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // Where there are no sockets at all, the gateway says so better.
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        let isBound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(descriptor, 1) == 0
            }
        }
        // Anything but "in use", such as a port below 1024, is for the gateway to tell.
        return isBound || errno != EADDRINUSE
    }
}
