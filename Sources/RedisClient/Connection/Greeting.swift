/// What is said on a new connection before anything else, and what is made of the answers.
struct Greeting {
    enum Progress: Equatable {
        case expectsMore
        case done
        /// `isRefusal`: the server knows us and does not want us, or does not know us.
        case failed(reason: String, isRefusal: Bool)
    }

    private enum Step {
        case authenticate, select, name, ping
    }

    /// To be sent at once, in this order.
    let commands: [[RedisArgument]]
    private var steps: [Step]
    /// The first error that was not fatal by itself; explains it if the server then hangs up.
    private(set) var firstError: String?

    init(configuration: RedisConfiguration) {
        var greeting: [(Step, [RedisArgument])] = []
        if configuration.username != nil || configuration.password != nil {
            let user = configuration.username.map { [RedisArgument($0)] } ?? []
            greeting.append((.authenticate, ["AUTH"] + user + [RedisArgument(configuration.password ?? "")]))
        }
        if configuration.database != 0 {
            greeting.append((.select, ["SELECT", RedisArgument(configuration.database)]))
        }
        greeting.append((.name, ["CLIENT", "SETNAME", RedisArgument(configuration.clientName)]))
        greeting.append((.ping, ["PING"]))
        steps = greeting.map(\.0)
        commands = greeting.map(\.1)
    }

    mutating func receive(_ reply: RedisValue) -> Progress {
        guard !steps.isEmpty else { return .failed(reason: "a reply to no command", isRefusal: false) }
        let step = steps.removeFirst()
        if case .error(let error) = reply {
            if firstError == nil { firstError = error.line }
            if let failure = failure(of: step, error) { return failure }
        }
        return steps.isEmpty ? .done : .expectsMore
    }

    private func failure(of step: Step, _ error: RedisServerError) -> Progress? {
        switch step {
        case .authenticate, .select:
            return .failed(reason: error.line, isRefusal: error.code != "LOADING")
        case .name:
            // The name is a courtesy: a user who may not set it, or an older server, is served all the same.
            return nil
        case .ping:
            // A user who may not PING has been let in nevertheless.
            if error.code == "NOPERM" { return nil }
            return .failed(reason: error.line, isRefusal: error.code == "NOAUTH")
        }
    }
}
