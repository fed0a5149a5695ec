import NovaClient

/// How long one command takes when nothing else happens: gateway, broker, worker, Redis and WebSocket.
struct EndToEndPart {
    private static let aim = Duration.milliseconds(5)
    private static let warmUp = 30
    private static let count = 300

    let programs: Programs

    func run() async throws -> Section {
        try await Backing.run(programs) { backing in
            try await NovaServer.makeTopics(backing.broker)
            let nova = NovaServer(programs: programs, backing: backing, environment: [:])
            return try await nova.run(.worker) { _ in
                try await nova.run(.gateway) { port in
                    section(try await events(port), try await answers(port))
                }
            }
        }
    }

    /// From sending the request to hearing of the job's end on a WebSocket.
    private func events(_ port: Int) async throws -> [Duration] {
        let client = try CommandClient(port: port)
        return try await client.client.withEvents(channels: ["jobs"]) { events in
            let feed = CompletionFeed(events)
            return try await times("end to end, WebSocket event") { turn in
                let jobID = try await client.submit(flow: turn, prefer: .respondAsync)
                try await feed.completed(jobID)
            }
        }
    }

    /// From sending the request to its answer with the result.
    private func answers(_ port: Int) async throws -> [Duration] {
        let client = try CommandClient(port: port)
        return try await times("end to end, waiting request") { turn in
            _ = try await client.submit(flow: turn, prefer: .wait(.seconds(10)))
        }
    }

    private func times(_ name: String, _ body: (Int) async throws -> Void) async throws -> [Duration] {
        for turn in 0..<Self.warmUp { try await body(turn) }
        var times: [Duration] = []
        for turn in 0..<Self.count {
            let began = ContinuousClock.now
            try await body(turn)
            times.append(began.duration(to: .now))
        }
        Console.say("\(name): p50 \(times.median.map(Figure.milliseconds) ?? "-")")
        return times
    }

    private func section(_ events: [Duration], _ answers: [Duration]) -> Section {
        var section = Section(title: "End to end at low load: a flow of 3 steps, \(Self.count) one after the other")
        section.rows = [
            row("submit → job.completed on a WebSocket", events),
            row("submit → 200 with the result (Prefer: wait)", answers),
        ]
        let isMet = events.median.map { $0 <= Self.aim } ?? false
        section.notes = ["aim: p50 to the event at most \(Figure.milliseconds(Self.aim)): \(isMet ? "met" : "missed")"]
        return section
    }

    private func row(_ name: String, _ times: [Duration]) -> Row {
        Row(
            name,
            perSecond: Figure.rate(Double(times.count) / times.reduce(.zero, +).seconds),
            p50: times.median.map(Figure.milliseconds) ?? "",
            p99: times.percentile(0.99).map(Figure.milliseconds) ?? ""
        )
    }
}
