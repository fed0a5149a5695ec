import Foundation

/// The sockets that this process has open.
enum Sockets {
    /// How many of them are connected to a port.
    static func toPort(_ port: Int) throws -> Int {
        let descriptors = "/proc/self/fd"
        let own = Set(
            try FileManager.default.contentsOfDirectory(atPath: descriptors).compactMap { name -> String? in
                // One that was closed since, such as that of this listing.
                guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\(name)")
                else { return nil }
                return target.hasPrefix("socket:[") ? String(target.dropFirst(8).dropLast()) : nil
            }
        )
        let remote = ":" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)
        return try ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { path -> [Substring] in
            // `String(contentsOfFile:)` stops after the first 4 KiB of such a file.
            let bytes = try FileHandle(forReadingFrom: URL(filePath: path)).readToEnd() ?? Data()
            return Array(String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst())
        }.count { line in
            // sl, local address, remote address, state, queues, timer, retransmissions, user, timeout, inode
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[2].hasSuffix(remote) && own.contains(String(fields[9]))
        }
    }
}

extension String {
    fileprivate func leftPadded(to length: Int) -> String {
        String(repeating: "0", count: max(0, length - count)) + self
    }
}
