import Foundation
import Synchronization

/// Finds TCP ports of the loopback address that nobody listens on.
package enum FreePort {
    /// None is free; or the system has no more sockets.
    package struct NoneFree: Error {}

    /// Below the range from which systems serve outgoing connections, so that none of those takes it meanwhile.
    private static let range = 16_000..<32_000
    /// Handed out before: most likely in use soon, if not yet.
    private static let given = Mutex(Set<Int>())

    /// A port that was free a moment ago, and that no other call in this process was given.
    ///
    /// Another process may still take it first: who listens on it must be ready to try another.
    package static func find() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: range)
            let isNew = given.withLock { given in
                if given.count > range.count / 2 { given = [] }
                return given.insert(port).inserted
            }
            if isNew, obstacle(to: port) == nil { return port }
        }
        throw NoneFree()
    }

    /// Why nobody can listen on that port of 127.0.0.1 now, as `errno`; nil where somebody could.
    package static func obstacle(to port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                guard bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 else { return errno }
                return listen(descriptor, 1) == 0 ? nil : errno
            }
        }
    }
}
