import ChildProcesses
import NovaClient
import NovaContract

/// What a long search does to the other commands of its worker, and how soon a large flow has its first schedule.
struct LongSearchPart {
    private static let aim = Duration.milliseconds(50)
    private static let firstAim = Duration.seconds(2)
    private static let count = 400
    private static let steps = 200
    private static let manySteps = 10_000

    let programs: Programs

    func run() async throws -> Section {
        try await Backing.run(programs) { backing in
            try await NovaServer.makeTopics(backing.broker)
            let nova = NovaServer(programs: programs, backing: backing, environment: [:])
            return try await nova.runProcess(.worker) { worker, _ in
                try await nova.run(.gateway) { port in
                    let (alone, beside) = try await delays(port)
                    let first = try await firstSchedule(port)
                    let memory = ProcessMemory.resident(pid: worker.pid) / (1 << 20)
                    return section(alone, beside, first, memory)
                }
            }
        }
    }

    /// Of trivial commands, alone and while a flow is improved for ten seconds.
    private func delays(_ port: Int) async throws -> (alone: [Duration], beside: [Duration]) {
        let client = try CommandClient(port: port)
        _ = try await times(client, 30)
        let alone = try await times(client, Self.count)
        let flow = LargeFlow(steps: Self.steps).body(seconds: 10)
        _ = try await client.submit(id: "long", flow.jsonBytes, prefer: .respondAsync)
        let beside = try await times(client, Self.count)
        Console.say("commands beside a search: p99 \(beside.percentile(0.99).map(Figure.milliseconds) ?? "-")")
        return (alone, beside)
    }

    private func times(_ client: CommandClient, _ count: Int) async throws -> [Duration] {
        var times: [Duration] = []
        for turn in 0..<count {
            let began = ContinuousClock.now
            _ = try await client.submit(flow: turn % 8, prefer: .wait(.seconds(10)))
            times.append(began.duration(to: .now))
        }
        return times
    }

    /// From sending the request to the first progress with a schedule.
    private func firstSchedule(_ port: Int) async throws -> Duration {
        let client = try CommandClient(port: port)
        return try await client.client.withEvents(channels: ["jobs"]) { events in
            let body = LargeFlow(steps: Self.manySteps).body(seconds: 10).jsonBytes
            let began = ContinuousClock.now
            let job = try await client.submit(id: "large", body, prefer: .respondAsync)
            var first: Duration?
            for try await case .event(let event) in events where event.jobID == job {
                if first == nil, event.name == "job.progress", event.data.description.contains("makespan") {
                    first = began.duration(to: .now)
                }
                if event.name == "job.completed" { break }
                if event.name == "job.failed" { throw BenchError("the large flow failed: \(event.json)") }
            }
            guard let first else { throw BenchError("there was no progress of the large flow") }
            return first
        }
    }

    private func section(_ alone: [Duration], _ beside: [Duration], _ first: Duration, _ memory: Int) -> Section {
        var section = Section(
            title: "A long search: \(Self.steps) steps of three options, improved for 10 s in the same worker"
        )
        section.rows = [
            row("trivial commands, one after the other, alone", alone),
            row("the same beside the search", beside),
            Row("first schedule of \(Self.manySteps) steps of three options", p50: Figure.milliseconds(first)),
            Row("resident memory of the worker after that: \(memory) MiB"),
        ]
        let (before, after) = (alone.percentile(0.99) ?? .zero, beside.percentile(0.99) ?? .zero)
        section.notes = [
            "aim: delayed by at most \(Figure.milliseconds(Self.aim)) at p99: \(after - before <= Self.aim ? "met" : "missed"); "
                + "first schedule within \(Figure.milliseconds(Self.firstAim)): \(first <= Self.firstAim ? "met" : "missed"); "
                + "below 500 MiB: \(memory < 500 ? "met" : "missed")"
        ]
        return section
    }

    private func row(_ name: String, _ times: [Duration]) -> Row {
        Row(
            name,
            p50: times.median.map(Figure.milliseconds) ?? "",
            p99: times.percentile(0.99).map(Figure.milliseconds) ?? ""
        )
    }
}

/// A random flow of any length, the same each time.
private struct LargeFlow {
    private static let resources = 4
    private static let options = 3
    private static let reach = 20

    let steps: Int

    /// Of an optimize request.
    func body(seconds: Int) -> JSONValue {
        var state: UInt64 = 7
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let list = (0..<steps).map { number -> JSONValue in
            let before = (0..<min(number, below(3))).map { _ in "s\(number - 1 - below(min(number, Self.reach)))" }
            let options = (0..<Self.options).map { _ -> JSONValue in
                let resource = "r\(below(Self.resources))"
                return [
                    "duration": JSONValue(1 + below(20)), "cost": JSONValue(1 + below(9)),
                    "resources": [resource: JSONValue(1 + below(6))],
                ]
            }
            return ["id": .string("s\(number)"), "dependencies": JSONValue(before), "options": .array(options)]
        }
        let capacity = (0..<Self.resources).map { ("r\($0)", JSONValue(10)) }
        return [
            "parameters": [
                "steps": .array(list), "capacity": .object(Dictionary(uniqueKeysWithValues: capacity)),
                "time_limit": JSONValue(seconds),
            ]
        ]
    }
}
