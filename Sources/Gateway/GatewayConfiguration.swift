import NovaProcess
import NovaService
import NovaStore

/// How a gateway serves.
///
/// Every bound has a default that suits a small machine.
package struct GatewayConfiguration: Sendable {
    package var host = HTTPSettings().host.default
    /// 0: any free one.
    package var port = HTTPSettings().port.default
    /// Tells this gateway from others: the channel of its replies is named after it.
    package var gatewayID: String
    package var version: String

    /// How long a command's request waits for the result where it names no time, and the most it may name.
    package var defaultWait = HTTPSettings().defaultWait.default
    package var maximumWait = HTTPSettings().maximumWait.default
    package var jobDeadline = JobDeadline()

    /// Bytes of one body, and of the bodies of all requests that are not answered yet.
    package var maximumBodyBytes = HTTPSettings().maximumBodyBytes.default
    package var maximumBodyBytesInFlight = HTTPSettings().maximumBodyBytesInFlight.default
    /// Bytes and number of the header fields of one request.
    package var maximumHeaderBytes = HTTPSettings().maximumHeaderBytes.default
    package var maximumHeaderFields = HTTPSettings().maximumHeaderFields.default

    /// How long a connection may be silent between requests.
    package var idleTimeout = HTTPSettings().idleTimeout.default
    /// From a request's first byte to the end of its header section, and from there to the end of its body.
    package var headerTimeout = HTTPSettings().headerTimeout.default
    package var bodyTimeout = HTTPSettings().bodyTimeout.default
    /// How long a client may not read what it asked for.
    package var writeTimeout = HTTPSettings().writeTimeout.default
    /// How long a connection is kept on which no key was shown; what is being answered then is answered.
    package var anonymousTime = HTTPSettings().anonymousTime.default

    /// Later connections wait to be accepted.
    ///
    /// Sockets count too.
    package var maximumConnections = HTTPSettings().maximumConnections.default
    /// Of them, those of one address on which no key was shown; later ones are answered 429 and closed.
    package var maximumAnonymousConnectionsPerAddress = HTTPSettings().maximumAnonymousConnectionsPerAddress.default
    /// Proxies whose word is taken for where a request comes from.
    package var trustedProxies = TrustedProxies.none
    /// Requests below `/api` that are worked on or wait at once; later ones are answered 503.
    package var maximumInFlight = HTTPSettings().maximumInFlight.default
    /// The same for each key.
    package var maximumInFlightPerKey = HTTPSettings().maximumInFlightPerKey.default

    /// Origins that browsers may call from; `*` for all.
    package var corsOrigins: [String] = []
    package var budgets = KeyBudgets()
    package var ticketLifetime = HTTPSettings().ticketLifetime.default
    /// Whether `/metrics` is served on this port, for keys that hold `admin`.
    package var showsMetrics = HTTPSettings().showsMetrics.default
    /// Between "not ready" and the close of the port, for load balancers to notice.
    package var drainDelay = HTTPSettings().drainDelay.default
    /// Between two looks at Redis and Kafka.
    package var watchInterval: Duration = .seconds(1)

    package init(gatewayID: String, version: String) {
        self.gatewayID = gatewayID
        self.version = version
    }
}
