package import AsyncPrimitives
package import NIOSSL

/// How to reach a Redis server, and the bounds of everything the client keeps for it.
package struct RedisConfiguration: Sendable, CustomStringConvertible, CustomReflectable {
    package var host: String
    package var port: Int
    /// The ACL user.
    ///
    /// Without it a password is that of the `default` user.
    package var username: String?
    /// Never logged; not part of `description`.
    package var password: String?
    /// Chosen by `SELECT` on each connection.
    package var database: Int
    /// TLS from the first byte.
    ///
    /// The certificate is checked against `host`.
    package var tls: TLSConfiguration?
    /// How the connections call themselves in `CLIENT LIST`: printable ASCII without spaces.
    package var clientName: String
    /// Pipelined connections; one per event loop of the group if nil, never fewer than one.
    package var connectionCount: Int?
    /// The longest a command waits for its reply, if the call names no other.
    ///
    /// Kept to about 5 ms.
    package var commandDeadline: Duration
    /// The longest a connection attempt may take, AUTH included, and the longest that commands wait for a connection
    /// after it was lost.
    ///
    /// Past that they fail at once until there is one.
    package var connectTimeout: Duration
    /// Between attempts to connect; a connection that lasted less than its maximum counts as one that failed.
    package var reconnectBackoff: ExponentialBackoff
    /// Bound of the commands of one connection that wait or are in flight, those whose caller gave up included.
    ///
    /// Past it `RedisError.backlogFull`.
    package var maxPending: Int
    /// Bound of the bytes of those commands, encoded.
    package var maxPendingBytes: Int
    /// Bound of one reply in bytes.
    ///
    /// A larger one costs the connection.
    package var maxReplyBytes: Int
    /// How long the subscription connection may be silent before it is probed by a PING; a PING unanswered for as
    /// long again is a lost connection.
    package var subscriptionPingInterval: Duration

    package init(
        host: String = "127.0.0.1",
        port: Int = 6379,
        username: String? = nil,
        password: String? = nil,
        database: Int = 0,
        tls: TLSConfiguration? = nil,
        clientName: String = "redis-client-swift",
        connectionCount: Int? = nil,
        commandDeadline: Duration = .seconds(5),
        connectTimeout: Duration = .seconds(2),
        reconnectBackoff: ExponentialBackoff = .redisReconnect,
        maxPending: Int = 65_536,
        maxPendingBytes: Int = 256 << 20,
        maxReplyBytes: Int = 64 << 20,
        subscriptionPingInterval: Duration = .seconds(5)
    ) {
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        self.database = database
        self.tls = tls
        self.clientName = clientName
        self.connectionCount = connectionCount
        self.commandDeadline = commandDeadline
        self.connectTimeout = connectTimeout
        self.reconnectBackoff = reconnectBackoff
        self.maxPending = maxPending
        self.maxPendingBytes = maxPendingBytes
        self.maxReplyBytes = maxReplyBytes
        self.subscriptionPingInterval = subscriptionPingInterval
    }

    package var description: String {
        let user = username.map { "\($0)@" } ?? ""
        return "\(tls == nil ? "redis" : "rediss")://\(user)\(host):\(port)/\(database)"
    }

    /// `dump`, and the description of a value that holds this one, go by the mirror: the password is not in it.
    package var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}

extension ExponentialBackoff {
    /// Between attempts to connect: 10 ms to 1 s.
    ///
    /// Half of the bound at least, so that no attempt follows at once.
    package static let redisReconnect = ExponentialBackoff(
        first: .milliseconds(20),
        maximum: .seconds(1),
        jitter: 0.5...1
    )
}
