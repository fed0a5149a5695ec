import NovaStore

/// How a gateway serves.
///
/// Every bound has a default that suits a small machine.
package struct GatewayConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0: any free one.
    package var port = 8003
    /// Tells this gateway from others: the channel of its replies is named after it.
    package var gatewayID: String
    package var version: String

    /// How long a command's request waits for the result where it names no time, and the most it may name.
    package var defaultWait: Duration = .seconds(10)
    package var maximumWait: Duration = .seconds(60)
    package var jobDeadline = JobDeadline()

    /// Bytes of one body, and of the bodies of all requests that are not answered yet.
    package var maximumBodyBytes = 10 * 1_024 * 1_024
    package var maximumBodyBytesInFlight = 256 * 1_024 * 1_024
    /// Bytes and number of the header fields of one request.
    package var maximumHeaderBytes = 32 * 1_024
    package var maximumHeaderFields = 100

    /// How long a connection may be silent between requests.
    package var idleTimeout: Duration = .seconds(75)
    /// From a request's first byte to the end of its header section, and from there to the end of its body.
    package var headerTimeout: Duration = .seconds(10)
    package var bodyTimeout: Duration = .seconds(60)
    /// How long a client may not read what it asked for.
    package var writeTimeout: Duration = .seconds(30)
    /// How long a connection is kept on which no key was shown; what is being answered then is answered.
    package var anonymousTime: Duration = .seconds(120)

    /// Later connections wait to be accepted.
    ///
    /// Sockets count too.
    package var maximumConnections = 10_000
    /// Of them, those of one address on which no key was shown; later ones are answered 429 and closed.
    package var maximumAnonymousConnectionsPerAddress = 1_000
    /// Proxies whose word is taken for where a request comes from.
    package var trustedProxies = TrustedProxies.none
    /// Requests below `/api` that are worked on or wait at once; later ones are answered 503.
    package var maximumInFlight = 4_096
    /// The same for each key.
    package var maximumInFlightPerKey = 1_024

    /// Origins that browsers may call from; `*` for all.
    package var corsOrigins: [String] = []
    package var budgets = KeyBudgets()
    package var ticketLifetime: Duration = .seconds(30)
    /// Whether `/metrics` is served on this port, for keys that hold `admin`.
    package var showsMetrics = true
    /// Between "not ready" and the close of the port, for load balancers to notice.
    package var drainDelay: Duration = .zero
    /// Between two looks at Redis and Kafka.
    package var watchInterval: Duration = .seconds(1)

    package init(gatewayID: String, version: String) {
        self.gatewayID = gatewayID
        self.version = version
    }
}
