import Metrics

/// What is counted of the sockets of one gateway.
struct WebSocketMetrics: Sendable {
    private let sockets = Gauge(label: "nova_websocket_sockets")
    private let events = Counter(label: "nova_websocket_messages_sent_total")
    private let cutOff = Counter(label: "nova_websocket_cut_off_total")
    private let gaps = Counter(label: "nova_websocket_gaps_total")

    func open(_ count: Int) { sockets.record(count) }
    func sent(_ count: Int) { events.increment(by: count) }
    /// A client that does not read was closed.
    func cutOffOne() { cutOff.increment() }
    /// A subscriber was told of missing events.
    func toldOfGap() { gaps.increment() }
}
