import NIOCore
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a port cannot be listened on.
package struct PortFault: Error, CustomStringConvertible {
    package let description: String

    package init(host: String, port: Int, error: any Error) {
        let place = "port \(port) of \(host)"
        description =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: "\(place) is taken: another process listens there"
            case EACCES, EPERM: "\(place) may not be opened by this user"
            case EADDRNOTAVAIL: "\(place) cannot be opened: this machine does not have that address"
            default: "\(place) cannot be opened: \(error)"
            }
    }
}

/// A server, of which a port that is not to be had is told with its number.
package struct ListeningService: Service {
    private let host: String
    private let port: Int
    private let serve: @Sendable () async throws -> Void

    package init(host: String, port: Int, serve: @escaping @Sendable () async throws -> Void) {
        self.host = host
        self.port = port
        self.serve = serve
    }

    package func run() async throws {
        do {
            try await serve()
        } catch let error as IOError {
            throw PortFault(host: host, port: port, error: error)
        }
    }
}
