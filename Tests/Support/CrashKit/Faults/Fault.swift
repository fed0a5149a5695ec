/// Something that is done to a running cluster, and what heals it.
package enum Fault: Sendable, Equatable {
    case killWorker(Int)
    case freezeWorker(Int)
    /// SIGTERM.
    case stopWorker(Int)
    /// The worker is started anew such that it ends itself at this place, the given time it comes there.
    case worker(Int, diesAt: String)
    /// A command that ends each worker that handles it, until it is a dead letter.
    case poison(Int)
    case killGateway(Int)
    case freezeGateway(Int)
    case gateway(Int, diesAt: String)
    case killRedis
    case freezeRedis
    case brokerDown(Int)
    case brokerSlow(Int, milliseconds: Int)
    case brokerErrors(apiKey: Int, code: Int, count: Int)
    case moveCoordinator(Int)

    /// Groups faults in tables.
    package var kind: String {
        switch self {
        case .killWorker: "worker killed"
        case .freezeWorker: "worker frozen"
        case .stopWorker: "worker stopped"
        case .worker: "worker killed at a fault point"
        case .poison: "poison"
        case .killGateway: "gateway killed"
        case .freezeGateway: "gateway frozen"
        case .gateway: "gateway killed at a fault point"
        case .killRedis: "Redis killed"
        case .freezeRedis: "Redis frozen"
        case .brokerDown: "broker down"
        case .brokerSlow: "broker slow"
        case .brokerErrors: "broker errors"
        case .moveCoordinator: "coordinator moved"
        }
    }

    /// Two faults of one target never overlap.
    package var target: String {
        switch self {
        case .killWorker(let number), .freezeWorker(let number), .stopWorker(let number), .worker(let number, _):
            "worker \(number + 1)"
        case .killGateway(let number), .freezeGateway(let number), .gateway(let number, _):
            "gateway \(number + 1)"
        case .poison: "poison"
        case .killRedis, .freezeRedis: "Redis"
        case .brokerDown, .brokerSlow, .brokerErrors, .moveCoordinator: "broker"
        }
    }

    var details: String {
        switch self {
        case .worker(_, let point), .gateway(_, let point): " at \(point)"
        case .poison(let number): " \(number)"
        case .brokerDown(let broker), .moveCoordinator(let broker): " \(broker)"
        case .brokerSlow(let broker, let milliseconds): " \(broker) by \(milliseconds) ms"
        case .brokerErrors(let apiKey, let code, let count): " \(code) to \(count) requests of kind \(apiKey)"
        default: ""
        }
    }
}
