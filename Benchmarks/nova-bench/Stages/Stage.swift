import ArgumentParser

/// How far a request goes, each a step further than the one before.
enum Stage: String, CaseIterable, Comparable, ExpressibleByArgument {
    /// Hummingbird answers a fixed body.
    case noop
    /// The body is read and decoded as the gateway does.
    case json
    /// The command is admitted: one round trip to Redis, by the gateway's own script.
    case redis
    /// The command is published and its delivery report awaited.
    case kafka

    static func < (left: Stage, right: Stage) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }

    var title: String {
        switch self {
        case .noop: "no-op: Hummingbird, a fixed body"
        case .json: "+ JSON decoded and validated"
        case .redis: "+ Redis, admission script"
        case .kafka: "+ Kafka, acks=all awaited"
        }
    }
}
