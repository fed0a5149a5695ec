/// The kinds of Nova process in a cluster.
package enum MemberRole: String, Sendable {
    case gateway
    /// Of the optimization pool.
    case worker
    /// A worker of the coordination pool.
    case coordinator
    /// A worker of the allocation pool.
    case allocator
    /// A worker of the memory pool.
    case rememberer

    var executable: String {
        switch self {
        case .gateway: "nova-gateway"
        case .worker: "nova-optimization-worker"
        case .coordinator: "nova-coordination-worker"
        case .allocator: "nova-allocation-worker"
        case .rememberer: "nova-memory-worker"
        }
    }

    var readyMessage: String { self == .gateway ? "gateway ready" : "worker ready" }

    var portField: String {
        switch self {
        case .gateway: "port"
        case .worker, .coordinator, .allocator, .rememberer: "health_port"
        }
    }
}
