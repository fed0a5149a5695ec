import NovaAPI

/// What a socket's handler asks of the rest of the gateway.
struct SessionServices: Sendable {
    let configuration: WebSocketConfiguration
    let processor: MessageProcessor
    let metrics: WebSocketMetrics
    let memory: BodyMemory
    /// Does work in the hub's task group; false where it has ended.
    let submit: @Sendable (@escaping WorkQueue.Work) -> Bool
    /// The socket is gone.
    ///
    /// Called once.
    let onEnd: @Sendable (Session) -> Void
}
