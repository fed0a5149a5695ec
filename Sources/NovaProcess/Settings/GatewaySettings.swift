package import NovaService
import NovaStore

/// What a gateway is told of itself.
package struct GatewaySettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.gateway]

    package let deliveryTimeout = Setting.duration(
        "kafka.delivery_timeout",
        default: .seconds(10),
        """
        How long a command may take to be acknowledged by Kafka; less than 1s counts as 1s. Past it: 503, and the job is \
        withdrawn.
        """
    )
    package let id = Setting.optionalText(
        "gateway.id",
        """
        Tells this gateway from others: replies of workers come on a channel named after it. Two gateways with one name \
        would take each other's replies. Empty: a new name at each start.
        """
    )
    package let stopDeadline = Setting.positive(
        "stop.deadline",
        default: .seconds(30),
        """
        From SIGTERM to the end: past it, or at a second signal, the process ends at once, whatever is in flight, with an \
        exit code that is not 0.
        """
    )
    package let healthHost = Setting.text(
        "health.host",
        default: "127.0.0.1",
        "Where /health/ready with its reasons and /metrics are served without a key, besides the port for clients."
    )
    package let healthPort = Setting.optionalInteger(
        "health.port",
        in: 0...65_535,
        "Port of `health.host`. Empty: nowhere. 0: any that is free; the log line \"health port open\" tells it."
    )
}

/// The gateway's port for clients.
package struct HTTPSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.gateway]

    package let host = Setting.text(
        "http.host",
        default: "127.0.0.1",
        "Address to listen on. 0.0.0.0 for all; then put TLS in front."
    )
    package let port = Setting.integer(
        "http.port",
        default: 8_003,
        in: 0...65_535,
        "Port to listen on. 0: any that is free; the log line \"gateway ready\" tells it."
    )
    package let defaultWait = Setting.duration(
        "http.default_wait",
        default: .seconds(10),
        """
        How long a command's request waits for its result where it has no `Prefer: wait=N`. 0s: answers 202 at once.
        """
    )
    package let maximumWait = Setting.duration(
        "http.maximum_wait",
        default: .seconds(60),
        "The most a request may wait; larger N are cut to it."
    )
    package let maximumBodyBytes = Setting.integer(
        "http.maximum_body_bytes",
        default: 10 * 1_024 * 1_024,
        in: 1_024...1_073_741_824,
        "Bytes of one body; larger ones are answered 413."
    )
    package let maximumBodyBytesInFlight = Setting.integer(
        "http.maximum_body_bytes_in_flight",
        default: 256 * 1_024 * 1_024,
        in: 1_024...1_099_511_627_776,
        """
        Bytes of the bodies of all requests that are not answered yet, and of all records that wait for Kafka; at the bound \
        requests are answered 503. Not less than `http.maximum_body_bytes`.
        """
    )
    package let maximumHeaderBytes = Setting.integer(
        "http.maximum_header_bytes",
        default: 32 * 1_024,
        in: 1_024...1_048_576,
        "Bytes of one request's header fields; more are answered 431."
    )
    package let maximumHeaderFields = Setting.integer(
        "http.maximum_header_fields",
        default: 100,
        in: 10...10_000,
        "Number of one request's header fields; more are answered 431."
    )
    package let maximumConnections = Setting.integer(
        "http.maximum_connections",
        default: 10_000,
        in: 1...1_000_000,
        "Connections at once, WebSockets included; later ones wait to be accepted."
    )
    package let maximumAnonymousConnectionsPerAddress = Setting.integer(
        "http.maximum_anonymous_connections_per_address",
        default: 1_000,
        in: 1...1_000_000,
        """
        Of them, those of one address on which no good key was shown yet; later ones are answered 429 and closed. All of an \
        IPv6 /64 are one address. Those of `http.trusted_proxies` are not counted.
        """
    )
    package let anonymousTime = Setting.positive(
        "http.anonymous_time",
        default: .seconds(120),
        """
        How long a connection is kept on which no good key was shown; what is being answered then is answered.
        """
    )
    package let maximumFailedKeysPerAddress = Setting.integer(
        "http.maximum_failed_keys_per_address",
        default: 100,
        in: 1...1_000_000,
        """
        Wrong keys and tickets of one address in `http.failed_keys_window`. Past it, keys that this gateway does not know as \
        good are answered 429 with `Retry-After`, without a look into Redis; those it knows work on.
        """
    )
    package let failedKeysWindow = Setting.positive(
        "http.failed_keys_window",
        default: .seconds(60),
        "Within this time the number of wrong keys an address may send fills up again, evenly."
    )
    package let trustedProxies = Setting.list(
        "http.trusted_proxies",
        """
        Addresses and networks of proxies, such as 192.0.2.7 or 10.0.0.0/8, whose word is taken for where a request comes \
        from. Empty: the peer of the connection is the client.
        """
    )
    package let forwardedField = Setting.choice(
        "http.forwarded_field",
        default: ForwardedField.xForwardedFor,
        "The field these proxies write: x-forwarded-for, or forwarded (RFC 7239). The other one is not read."
    )
    package let maximumInFlight = Setting.integer(
        "http.maximum_in_flight",
        default: 4_096,
        in: 1...1_000_000,
        "Requests below /api that are worked on or wait at once; later ones are answered 503."
    )
    package let maximumInFlightPerKey = Setting.integer(
        "http.maximum_in_flight_per_key",
        default: 1_024,
        in: 1...1_000_000,
        """
        The same for each key, those that wait for their result included. Refused requests do not count in its budget.
        """
    )
    package let idleTimeout = Setting.positive(
        "http.idle_timeout",
        default: .seconds(75),
        "How long a connection may be silent between two requests."
    )
    package let headerTimeout = Setting.positive(
        "http.header_timeout",
        default: .seconds(10),
        "From a request's first byte to the end of its headers: slower ones are cut off."
    )
    package let bodyTimeout = Setting.positive(
        "http.body_timeout",
        default: .seconds(60),
        "From the end of a request's headers to the end of its body: slower ones are cut off."
    )
    package let writeTimeout = Setting.positive(
        "http.write_timeout",
        default: .seconds(30),
        """
        How long a client may not read what it asked for: past it the connection is closed, and what the answer held comes \
        back.
        """
    )
    package let ticketLifetime = Setting.positive(
        "http.ticket_lifetime",
        default: .seconds(30),
        "How long a ticket of POST /api/ws/tickets can be used, once."
    )
    package let drainDelay = Setting.duration(
        "http.drain_delay",
        default: .zero,
        """
        On SIGTERM: how long requests are still taken after /health/ready says no, for load balancers to notice.
        """
    )
    package let corsOrigins = Setting.list(
        "http.cors_origins",
        """
        Origins that browsers may call from, such as https://app.example.com. "*" for all is taken on a loopback host only. \
        Empty: none.
        """
    )
    package let showsMetrics = Setting.boolean(
        "http.show_metrics",
        default: true,
        """
        Whether /metrics (Prometheus) is served on this port, to keys that hold `admin`. Without a key: on `health.port`.
        """
    )
}

/// The header field in which a proxy says for whom it asks.
package enum ForwardedField: String, CaseIterable, Sendable {
    case xForwardedFor = "x-forwarded-for"
    /// RFC 7239.
    case forwarded
}

/// How long jobs may take.
package struct JobSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.gateway]

    package let defaultDeadline = Setting.duration(
        "jobs.default_deadline",
        default: .seconds(3_600),
        atLeast: .seconds(1),
        """
        How long a job may take from its request to its end where the request has no `Job-Deadline: SECONDS`; past it the \
        job fails. Not longer than `jobs.maximum_deadline`.
        """
    )
    package let maximumDeadline = Setting.duration(
        "jobs.maximum_deadline",
        default: .seconds(86_400),
        atLeast: .seconds(1),
        "The most a request may ask for."
    )
}

/// The gateway's WebSockets.
package struct WebSocketSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.gateway]

    package let budgetLimit = Setting.integer(
        "websocket.budget_limit",
        default: 600,
        in: 1...1_000_000_000,
        """
        Handshakes and messages of one key in any `websocket.budget_window`, over all its sockets and all gateways; more are \
        refused.
        """
    )
    package let budgetWindow = Setting.positive(
        "websocket.budget_window",
        default: .seconds(60),
        "The time in which `websocket.budget_limit` handshakes and messages are taken."
    )
    package let maximumSockets = Setting.integer(
        "websocket.maximum_sockets",
        default: 10_000,
        in: 1...1_000_000,
        "Sockets at once in this gateway; more are refused."
    )
    package let maximumSocketsPerKey = Setting.integer(
        "websocket.maximum_sockets_per_key",
        default: 1_000,
        in: 1...1_000_000,
        "Of them, those of one key; more are refused."
    )
    package let maximumSocketsPerOwner = Setting.integer(
        "websocket.maximum_sockets_per_owner",
        default: 2_000,
        in: 1...1_000_000,
        "Of them, those of all keys of one owner; more are refused."
    )
    package let maximumSubscriptions = Setting.integer(
        "websocket.maximum_subscriptions",
        default: 100,
        in: 1...100_000,
        "Channels of one socket; more are refused."
    )
    package let maximumMessageBytes = Setting.integer(
        "websocket.maximum_message_bytes",
        default: 1_024 * 1_024,
        in: 1_024...16_777_216,
        """
        Bytes of one message of a client, its fragments together; a larger one is answered by an error. One of more than \
        eight times as many closes the socket with 1009.
        """
    )
    package let maximumMessageBytesInFlight = Setting.integer(
        "websocket.maximum_message_bytes_in_flight",
        default: 128 * 1_024 * 1_024,
        in: 8 * 1_024...1_099_511_627_776,
        """
        Bytes of the messages of all sockets that have not come whole or are not done, beyond the first 64 KiB of each \
        socket; at the bound the socket that sends more is closed with 1013. Not less than eight times \
        `websocket.maximum_message_bytes`.
        """
    )
    package let maximumUnsentMessages = Setting.integer(
        "websocket.maximum_unsent_messages",
        default: 4_096,
        in: 16...1_000_000,
        "Messages that wait for a client to read; more close its socket with 1013, its place kept."
    )
    // One event with its result has to fit, whatever else waits.
    package let maximumUnsentBytes = Setting.integer(
        "websocket.maximum_unsent_bytes",
        default: 2 * 1_024 * 1_024,
        in: 262_144...1_073_741_824,
        "Bytes that wait for a client to read; more close its socket with 1013, its place kept."
    )
    package let pingInterval = Setting.positive(
        "websocket.ping_interval",
        default: .seconds(20),
        "Between two pings of the gateway."
    )
    package let pongTimeout = Setting.positive(
        "websocket.pong_timeout",
        default: .seconds(20),
        "How long a pong may take before the client counts as gone."
    )
    package let closeTimeout = Setting.positive(
        "websocket.close_timeout",
        default: .seconds(2),
        "How long a client may take to answer a close, and to read what was sent before it."
    )
    package let subscribeTimeout = Setting.positive(
        "websocket.subscribe_timeout",
        default: .seconds(5),
        "How long a new subscription may wait for Redis."
    )
}

/// Where API keys come from, and how long a gateway remembers them.
package struct KeySettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.gateway]

    package let file = Setting.optionalText(
        "keys.file",
        """
        File with API keys; development-keys.yaml shows the form. At each start it rules the keys that came from it: they \
        are changed to what it says, and those it has no more are revoked. Empty: only keys made by `nova keys create`.
        """
    )
    package let origin = Setting.text(
        "keys.origin",
        default: KeysFile.usualOrigin,
        """
        Names the file where several Novas with different files share one Redis and prefix; the keys of another origin are \
        left alone. The same for all gateways with the same file.
        """
    )
    package let cacheLifetime = Setting.duration(
        "keys.cache_lifetime",
        default: .seconds(10),
        """
        How long the record of a key is remembered, and that there is none, while changes of keys are heard; where they are \
        not, neither is remembered.
        """
    )
    package let cacheSize = Setting.integer(
        "keys.cache_size",
        default: 10_000,
        in: 1...1_000_000,
        "Records of keys, and keys that are unknown, remembered at once: so many of each."
    )
}
