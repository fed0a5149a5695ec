import HTTPTypes
import NIOCore
package import NovaProcess

/// Tells from which client a request comes where it came through proxies.
///
/// A field that names the client is believed only where the connection comes from a proxy that is trusted, and only as
/// far as trusted proxies wrote it: it is read from its end, and the first address that is no trusted proxy's is the
/// client's, whatever the client itself wrote before it.
package struct TrustedProxies: Sendable, Equatable {
    let networks: [IPNetwork]
    /// The field that the proxies write; the other one is as the client sent it, and not read.
    let field: ForwardedField

    /// Proxies in a row that are followed; what lies beyond is not believed.
    private static let mostHops = 16

    /// Nobody is trusted: the client is the peer of the connection.
    package static let none = TrustedProxies(networks: [], field: .xForwardedFor)

    package init(networks: [IPNetwork], field: ForwardedField) {
        self.networks = networks
        self.field = field
    }

    func trusts(_ peer: SocketAddress?) -> Bool {
        guard !networks.isEmpty, let address = peer.flatMap(IPAddress.init) else { return false }
        return trusts(address)
    }

    private func trusts(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// The client that a request comes from.
    ///
    /// - Parameter peer: of the connection.
    func client(peer: SocketAddress?, headers: HTTPFields) -> ClientAddress {
        guard var address = peer.flatMap(IPAddress.init) else { return .unknown }
        guard trusts(address) else { return ClientAddress(address) }
        for item in named(in: headers).reversed().prefix(Self.mostHops) {
            // What cannot be read was written by the proxy after all: it is what is known of the client.
            guard let next = item else { break }
            address = next
            if !trusts(next) { break }
        }
        return ClientAddress(address)
    }

    /// The addresses the field names, in its order; nil where it names one that is none.
    private func named(in headers: HTTPFields) -> [IPAddress?] {
        switch field {
        case .xForwardedFor: headers[values: .forwardedFor].flatMap { $0.split(separator: ",") }.map(Self.address)
        case .forwarded: headers[values: .forwarded].flatMap { $0.split(separator: ",") }.map(Self.forwarded)
        }
    }

    /// `for=192.0.2.60;proto=http`, `for="[2001:db8::17]:4711"`.
    private static func forwarded(_ element: Substring) -> IPAddress? {
        for pair in element.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]).lowercased() == "for" else { continue }
            return address(trimmed(parts[1]).drop { $0 == "\"" }.prefix { $0 != "\"" })
        }
        return nil
    }

    /// `192.0.2.60`, `192.0.2.60:4711`, `2001:db8::17`, `[2001:db8::17]`, `[2001:db8::17]:4711`.
    private static func address(_ text: Substring) -> IPAddress? {
        let text = trimmed(text)
        if text.first == "[" { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
        if text.count(where: { $0 == ":" }) == 1 { return IPAddress(text.prefix { $0 != ":" }) }
        return IPAddress(text)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return start }
        return start[...end]
    }
}

// Each is a literal token of RFC 9110, so that none of them can be nil.
extension HTTPField.Name {
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let forwarded = HTTPField.Name("Forwarded")!
}
