import ChildProcesses

/// Requests per second, stage by stage, up to the real gateway.
struct GatewayPart {
    /// What is put under load.
    private enum Server: CaseIterable {
        case noop, json, redis, kafka, quietGateway, gateway

        var stage: Stage? {
            switch self {
            case .noop: .noop
            case .json: .json
            case .redis: .redis
            case .kafka: .kafka
            case .quietGateway, .gateway: nil
            }
        }

        var title: String {
            switch self {
            case .noop, .json, .redis, .kafka: stage?.title ?? ""
            case .quietGateway: "full path: nova-gateway, log.level=notice"
            case .gateway: "full path: nova-gateway as shipped"
            }
        }

        var environment: [String: String] { self == .quietGateway ? ["NOVA_LOG_LEVEL": "notice"] : [:] }
    }

    /// Requests/s of the full path, as part of those of the no-op.
    private static let aim = 0.5

    let programs: Programs
    let rounds: Int
    let seconds: Int

    func run() async throws -> Section {
        var figures: [Server: [LoadFigures]] = [:]
        for round in 1...rounds {
            // All stages within each round, for the machine drifts.
            for server in Server.allCases {
                let round = "gateway, round \(round) of \(rounds): \(server.title)"
                let figure = try await measure(server)
                Console.say("\(round): \(Figure.rate(figure.perSecond))/s")
                figures[server, default: []].append(figure)
            }
        }
        return section(figures.mapValues(LoadFigures.median))
    }

    /// Each on a Redis and a broker of its own, the stages that use neither too: the same processes run in all.
    private func measure(_ server: Server) async throws -> LoadFigures {
        let wrk = Wrk(script: programs.commandScript, seconds: seconds)
        return try await Backing.run(programs) { backing in
            try await NovaServer.makeTopics(backing.broker)
            if let stage = server.stage {
                return try await withStage(stage, backing) { try await wrk.run(port: $0) }
            }
            let nova = NovaServer(programs: programs, backing: backing, environment: server.environment)
            return try await nova.run(.gateway) { try await wrk.run(port: $0) }
        }
    }

    private func withStage<R>(
        _ stage: Stage,
        _ backing: Backing,
        _ body: (Int) async throws -> R
    ) async throws -> R {
        let command = ChildCommand(
            executable: programs.bench,
            arguments: [
                "stage", stage.rawValue, "--redis-port", String(backing.redis.port),
                "--brokers", backing.broker.bootstrapServers, "--topic", NovaServer.pool,
            ]
        )
        return try await ChildProcess.run(command, name: "stage \(stage)") { process in
            let ready = try await process.line(within: .seconds(30)) { $0.hasPrefix("ready ") }
            return try await body(Int(ready.dropFirst("ready ".count)) ?? 0)
        }
    }

    private func section(_ figures: [Server: LoadFigures]) -> Section {
        var section = Section(title: "Gateway: POST of a small command, Prefer: respond-async; wrk -t1 -c64")
        let base = figures[.noop]?.perSecond ?? 0
        for server in Server.allCases {
            guard let figure = figures[server] else { continue }
            let row = Row(
                server.title,
                perSecond: Figure.rate(figure.perSecond),
                p50: Figure.milliseconds(figure.p50),
                p99: Figure.milliseconds(figure.p99),
                reference: "no-op",
                ratio: Figure.ratio(figure.perSecond / base)
            )
            section.rows.append(row)
        }
        let share = (figures[.gateway]?.perSecond ?? 0) / base
        section.notes = [
            "aim: full path at least \(Figure.ratio(Self.aim)) of no-op: \(share >= Self.aim ? "met" : "missed")",
            "no worker runs: published commands stay in the broker; the key's limit is never reached",
        ]
        return section
    }
}
