import Metrics
import NIOCore
import Synchronization

/// The open connections of a gateway, and of each address those on which no key was shown yet.
///
/// These are bounded by address, so that nobody without a key takes all places. Of a trusted proxy's connections it is not known
/// whose they are: they are not counted.
package final class ClientConnections: Sendable {
    private struct State {
        /// Connections without a key: to which address each counts.
        var anonymous: [ObjectIdentifier: ClientAddress] = [:]
        var counts: [ClientAddress: Int] = [:]

        mutating func leave(_ id: ObjectIdentifier) {
            guard let address = anonymous.removeValue(forKey: id) else { return }
            let left = counts[address, default: 1] - 1
            counts[address] = left > 0 ? left : nil
        }
    }

    /// Without a key, of one address at once.
    let limit: Int
    let proxies: TrustedProxies
    private let state = Mutex(State())
    private let refusals = Counter(label: "nova_http_connections_refused_total")

    package init(limit: Int, proxies: TrustedProxies) {
        self.limit = limit
        self.proxies = proxies
    }

    /// Connections that are counted: open, and without a key.
    package var anonymousCount: Int { state.withLock(\.anonymous.count) }

    /// Counts a connection until a key is shown on it or it is closed.
    ///
    /// False where its address has too many already: then it is not counted.
    func open(_ channel: any Channel) -> Bool {
        guard !proxies.trusts(channel.remoteAddress) else { return true }
        let address = channel.remoteAddress.flatMap(IPAddress.init).map { ClientAddress($0) } ?? .unknown
        let id = ObjectIdentifier(channel)
        let isTaken = state.withLock { state in
            let count = state.counts[address, default: 0]
            guard count < limit else { return false }
            state.counts[address] = count + 1
            state.anonymous[id] = address
            return true
        }
        guard isTaken else {
            refusals.increment()
            return false
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.leave(id) } }
        return true
    }

    /// A good key was shown: the connection is not counted any more.
    func authenticated(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { $0.leave(id) }
    }

    /// Whether no key was shown on it; true for a trusted proxy's at no time.
    func isAnonymous(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        return state.withLock { $0.anonymous[id] != nil }
    }
}
