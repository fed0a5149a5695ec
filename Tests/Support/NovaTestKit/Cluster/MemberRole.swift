/// The two kinds of Nova process in a cluster.
package enum MemberRole: String, Sendable {
    case gateway
    case worker

    var executable: String {
        switch self {
        case .gateway: "nova-gateway"
        case .worker: "nova-optimization-worker"
        }
    }

    var readyMessage: String { "\(rawValue) ready" }

    var portField: String {
        switch self {
        case .gateway: "port"
        case .worker: "health_port"
        }
    }
}
