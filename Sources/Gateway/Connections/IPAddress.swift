import NIOCore

/// An address of IPv4 or IPv6; one of IPv4 is held as IPv6 maps it (RFC 4291, section 2.5.5.2).
struct IPAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// - Parameter text: for example `192.0.2.7` or `2001:db8::7`, without a port, brackets or a zone; nil for all else.
    init?(_ text: some StringProtocol) {
        // Longer than the longest address there is, which has 45 characters.
        guard text.utf8.count <= 64 else { return nil }
        do {
            self.init(try SocketAddress(ipAddress: String(text), port: 0))
        } catch {
            // It is no address: what the caller asked.
            return nil
        }
    }

    /// Nil for a Unix domain socket.
    init?(_ socket: SocketAddress) {
        let bytes: [UInt8]
        switch socket {
        // The fields are those of a module of NIO's own; where they stand is Linux's ABI: behind family and port, and in IPv6 behind
        // the flow label too.
        case .v4(let address):
            bytes =
                [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
                + withUnsafeBytes(of: address.address) { Array($0[4..<8]) }
        case .v6(let address):
            bytes = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
        case .unixDomainSocket:
            return nil
        }
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }
}

/// All addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or one address.
package struct IPNetwork: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    private let highMask: UInt64
    private let lowMask: UInt64

    /// Nil for what is no network: a prefix too long for its address included.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        var length = 128
        if parts.count == 2 {
            let most = address.isIPv4 && !parts[0].contains(":") ? 32 : 128
            guard let given = Int(parts[1]), (0...most).contains(given) else { return nil }
            length = given + 128 - most
        }
        // Shifted by all of its bits, a mask is 0.
        highMask = ~UInt64(0) << UInt64(64 - min(length, 64))
        lowMask = ~UInt64(0) << UInt64(64 - max(length - 64, 0))
        high = address.high & highMask
        low = address.low & lowMask
    }

    func contains(_ address: IPAddress) -> Bool {
        address.high & highMask == high && address.low & lowMask == low
    }
}

/// Those that bounds by address count together: one address of IPv4, or the /64 of one of IPv6, which is one
/// customer's; and all whose address is not known.
package struct ClientAddress: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Of those whose address is not known, such as the peer of a Unix domain socket.
    static let unknown = ClientAddress(high: .max, low: .max)

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(_ address: IPAddress) {
        self.init(high: address.high, low: address.isIPv4 ? address.low : 0)
    }
}
