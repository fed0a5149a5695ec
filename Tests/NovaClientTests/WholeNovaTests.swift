import ChildProcesses
import Foundation
import NovaTestKit
import Testing

@testable import NovaClient

/// The client against a Nova of real processes.
@Suite(.timeLimit(.minutes(5))) struct WholeNovaTests {
    private static let flow: JSON = [
        "parameters": [
            "capacity": ["gpu": 1],
            "steps": [
                ["id": "a", "duration": 2, "resources": ["gpu": 1]],
                ["id": "b", "duration": 3, "resources": ["gpu": 1]],
            ],
        ]
    ]
    /// Its search goes on until it is stopped or its time is over.
    private static let endless: JSON = {
        let steps = (0..<60).map { number -> JSON in
            var step: [String: JSON] = [
                "id": "s\(number)", "duration": JSON([7, 11, 13, 17, 19][number % 5] + number % 3),
                "resources": ["gpu": JSON(2 + number * 7 % 5), "api": JSON(1 + number * 5 % 6)],
            ]
            if number >= 4 { step["dependencies"] = ["s\(number - 4 + number * 3 % 3)"] }
            return JSON(step)
        }
        return ["parameters": ["steps": JSON(steps), "capacity": ["gpu": 9, "api": 8], "time_limit": 300]]
    }()

    private static let plan = ClusterPlan(
        coordinators: 1,
        allocators: 1,
        rememberers: 1,
        keys: [TestKey(), TestKey(name: "narrow", key: "narrow-key", limit: 2, window: 3)]
    )

    private func client(_ url: String, key: String = "test-key", retry: RetryPolicy = .never) throws -> NovaClient {
        var options = NovaClient.Options()
        options.retry = retry
        return try NovaClient(url: url, apiKey: key, options: options)
    }

    // MARK: - One Nova

    @Test func `Commands of all pools, their refusals, and the examples`() async throws {
        try await NovaCluster.run(Self.plan) { cluster in
            let url = cluster.gateways[0].url
            let nova = try client(url)
            try await flows(nova)
            try await jobs(nova)
            try await tasks(nova)
            try await resources(nova)
            try await memories(nova)
            try await refusals(nova)
            try await limits(url)
            try await examples(nova, url)
        }
    }

    private func flows(_ nova: NovaClient) async throws {
        let once = NovaClient.RequestOptions(idempotencyKey: "once \"quoted\"")
        let plan = try await nova.optimize(flow: "a/b", Self.flow, options: once)
        #expect(plan["flow_id"] == "a/b" && plan["analytics"]?["makespan"]?.double == 5)
        let again = try await nova.optimize(flow: "a/b", Self.flow, options: once)
        #expect(again["job_id"]?.string != nil && again["job_id"] == plan["job_id"])

        let path = "/api/orchestration/flows/stored"
        let stored = try await nova.send(.put, path, body: .json(Self.flow["parameters"] ?? .null))
        let tag = try #require(stored.header("etag"))
        let read = try await nova.send(.get, path, options: .init(ifNoneMatch: tag))
        #expect(read.status == 304 && read.bytes.isEmpty)
        let change = NovaClient.Body.json(["capacity": ["gpu": 2]])
        let stale = await #expect(throws: NovaClientError.self) {
            try await nova.send(.patch, path, body: change, options: .init(ifMatch: "\"99\""))
        }
        #expect(stale?.problem?.code == .preconditionFailed && stale?.problem?.status == 412)
        let patched = try await nova.send(.patch, path, body: change, options: .init(ifMatch: tag))
        #expect(patched.status == 200)
    }

    private func jobs(_ nova: NovaClient) async throws {
        let path = "/api/orchestration/flows/endless/optimize"
        let id = try await nova.submit(.post, path, body: Self.endless)
        async let end = nova.endOfJob(id)
        // Answered long before its end, since the gateway is asked not to wait.
        async let result = nova.perform(.post, path, body: Self.flow, options: .init(preference: .respondAsync))
        try await nova.cancelJob(id)
        let job = try await end
        #expect(job.id == id && job.status == .cancelled && job.status.isEnd && job.type == "flow.optimize")
        let done = try await result
        #expect(done["analytics"]?["makespan"]?.double == 5)
        // Said twice, it is cancelled once.
        #expect(try await nova.cancelJob(id) == .cancelled)
        let completed = try #require(done["job_id"]?.string)
        let ended = await #expect(throws: NovaClientError.self) { try await nova.cancelJob(completed) }
        #expect(ended?.problem?.code == .conflict)
        let list = try await nova.get("/api/jobs", query: [("subject", "endless"), ("type", nil)])
        #expect(list["jobs"]?.array?.count == 2)
    }

    private func tasks(_ nova: NovaClient) async throws {
        let made = try await nova.createTask(["task_id": "t/1", "type": "echo", "parameters": ["n": 1]])
        #expect(made["task_id"] == "t/1")
        _ = try await nova.createTask(["task_id": "t2", "type": "echo", "retries": 0])
        let claimed = try await nova.claimTasks(agent: "ada", maximum: 2, wait: .seconds(10), lease: .seconds(60))
        let first = try #require(claimed.first { $0.id == "t/1" })
        #expect(first.type == "echo" && first.parameters == ["n": 1] && first.token > 0)
        #expect(try await nova.heartbeat(agent: "ada").contains("t/1"))
        try await nova.complete(first, result: ["n": 2])
        // Said again after a fault, it is heard once.
        try await nova.complete(first, result: ["n": 2])
        #expect(try await nova.get("/api/orchestration/tasks/t%2F1")["status"] == "completed")
        var second = claimed.first { $0.id == "t2" }
        if second == nil { second = try await nova.claimTasks(agent: "ada", wait: .seconds(10)).first }
        try await nova.fail(try #require(second), message: "no", retry: false)
        #expect(try await nova.get("/api/orchestration/tasks/t2")["status"] == "failed")
        #expect(try await nova.claimTasks(agent: "ada").isEmpty)
    }

    private func resources(_ nova: NovaClient) async throws {
        let path = "/api/orchestration/resources/cards"
        _ = try await nova.perform(.put, path, body: ["capacity": 4, "unit": "cards"])
        let granted = try await nova.allocate([
            "resources": ["cards": ["requested": 3]], "constraints": ["ttl": 60],
        ])
        let id = try #require(granted["allocation_id"]?.string)
        #expect(try await nova.renew(allocation: id, ttl: .seconds(90))["status"] == "renewed")
        try await nova.release(allocation: id)
        #expect(try await nova.get(path)["free"]?.double == 4)
    }

    private func memories(_ nova: NovaClient) async throws {
        let text = "Ada moved the nightly report to seven in the morning"
        let stored = try await nova.storeMemory(["content": ["text": JSON(text)]])
        #expect(stored["memory_id"]?.string != nil)
        let matches = try await nova.searchMemory(["content": ["question": "When does the report run?"], "limit": 1])
        #expect(matches.first?["content"]?["text"]?.string == text)
    }

    private func refusals(_ nova: NovaClient) async throws {
        let wrong = await #expect(throws: NovaClientError.self) {
            try await nova.optimize(flow: "f", ["parameters": ["steps": [["id": "a", "duration": "long"]]]])
        }
        let problem = try #require(wrong?.problem)
        #expect(problem.status == 400 && problem.code == .validationError && problem.requestID != nil)
        #expect(problem.details.map(\.pointer) == ["/parameters/steps/0/duration"])
        let stranger = try client(nova.url, key: "stranger")
        let refused = await #expect(throws: NovaClientError.self) { try await stranger.get("/api/jobs") }
        #expect(refused?.problem?.code == .authenticationError)
        let deaf = await #expect(throws: NovaClientError.self) {
            try await stranger.withEvents(channels: ["jobs"]) { _ in }
        }
        #expect(deaf?.problem?.code == .authenticationError)
        let channel = await #expect(throws: NovaClientError.self) {
            try await nova.withEvents(channels: ["nonsense"]) { _ in }
        }
        #expect(channel?.problem?.code == .validationError)
        let lineEnd = await #expect(throws: NovaClientError.self) {
            try await nova.send(.get, "/api/jobs", options: .init(headers: [("X-Request-ID", "a\r\nb")]))
        }
        guard case .invalidRequest = lineEnd else {
            Issue.record("\(String(describing: lineEnd))")
            return
        }
    }

    /// A key with two requests in three seconds.
    private func limits(_ url: String) async throws {
        let hasty = try client(url, key: "narrow-key")
        var refusal: NovaProblem?
        while refusal == nil {
            do { _ = try await hasty.get("/api/jobs") } catch let error as NovaClientError { refusal = error.problem }
        }
        #expect(refusal?.code == .rateLimitExceeded && refusal?.status == 429)
        let wish = try #require(refusal?.retryAfter)
        #expect(wish >= .seconds(1))
        // What may happen twice is not sent again, though the policy would.
        let patient = try client(url, key: "narrow-key", retry: RetryPolicy(firstPause: .milliseconds(1)))
        await #expect(throws: NovaClientError.self) { try await patient.createTask(["type": "echo"]) }
        let begin = ContinuousClock.now
        _ = try await patient.get("/api/jobs")
        #expect(.now - begin >= .seconds(1))
        var short = NovaClient.Options()
        short.retry = RetryPolicy(maximumRetryAfter: .milliseconds(1))
        let impatient = try NovaClient(url: url, apiKey: "narrow-key", options: short)
        var impatience: NovaClientError?
        while impatience == nil {
            do { _ = try await impatient.get("/api/jobs") } catch let error as NovaClientError { impatience = error }
        }
        #expect(impatience?.problem?.code == .rateLimitExceeded)
    }

    private func examples(_ nova: NovaClient, _ url: String) async throws {
        let environment = ["NOVA_URL": url, "NOVA_API_KEY": "test-key"]
        let listen = ChildCommand(executable: try Binaries.path("OptimizeAndListen"), environment: environment)
        try await ChildProcess.run(listen, name: "OptimizeAndListen") { process in
            let exit = try await process.exit()
            #expect(exit.isSuccess)
            let said = process.lastLines()
            #expect(said.contains { $0.hasPrefix("job.completed") }, "\(said)")
            #expect(said.last == "makespan: 14.0 s")
        }
        let agent = ChildCommand(
            executable: try Binaries.path("AgentWorker"),
            arguments: ["eve"],
            environment: environment
        )
        try await ChildProcess.run(agent, name: "AgentWorker") { _ in
            try await nova.withEvents(channels: ["task:example"]) { events in
                _ = try await nova.createTask(["task_id": "example", "type": "echo", "parameters": ["n": 7]])
                for try await case .event(let event) in events where event.name == "task.completed" { return }
            }
            #expect(try await nova.get("/api/orchestration/tasks/example")["result"] == ["echo": ["n": 7]])
        }
    }

    // MARK: - Connections that end

    private enum Step: Equatable {
        case subscribed
        case completed
        case interrupted
    }

    @Test func `Events go on behind the last one when a gateway dies, and when it freezes`() async throws {
        try await NovaCluster.run { cluster in
            let direct = try client(cluster.gateways[0].url)
            let environment = ["NOVA_HTTP_PORT": "\(try FreePort.find())"]
            let (steps, told) = AsyncStream.makeStream(of: Step.self)
            var step = steps.makeAsyncIterator()
            try await withThrowingTaskGroup(of: [NovaEvent].self) { group in
                try await cluster.withGateway(environment: environment) { gateway in
                    let url = gateway.url
                    group.addTask { try await follow(url, 4, told) }
                    #expect(await step.next() == .subscribed)
                    _ = try await direct.optimize(flow: "f", Self.flow)
                    #expect(await step.next() == .completed)
                    await gateway.process.kill()
                    #expect(await step.next() == .interrupted)
                }
                let down = try client("http://127.0.0.1:\(environment["NOVA_HTTP_PORT"] ?? "")")
                let error = await #expect(throws: NovaClientError.self) { try await down.get("/health") }
                guard case .unreachable = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                // While nobody listens for it.
                _ = try await direct.optimize(flow: "f", Self.flow)
                try await cluster.withGateway(environment: environment) { gateway in
                    while await step.next() != .completed {}
                    _ = try await direct.optimize(flow: "f", Self.flow)
                    while await step.next() != .completed {}
                    gateway.process.signal(SIGSTOP)
                    while await step.next() != .interrupted {}
                    _ = try await direct.optimize(flow: "f", Self.flow)
                    gateway.process.signal(SIGCONT)
                    let events = try #require(try await group.next())
                    #expect(Set(events.map(\.id)).count == events.count)
                    let sequence = try events.map { try #require(Int($0.id.split(separator: "-").last ?? "")) }
                    #expect(sequence == Array(sequence[0]..<sequence[0] + events.count), "\(events.map(\.id))")
                    #expect(events.count { $0.name == "job.completed" } == 4)
                }
            }
        }
    }

    /// Reads all events until so many jobs have completed.
    private func follow(
        _ url: String,
        _ count: Int,
        _ told: AsyncStream<Step>.Continuation
    ) async throws -> [NovaEvent] {
        var options = NovaClient.Options()
        options.events.maximumPause = .milliseconds(500)
        options.events.silence = .seconds(1)
        options.events.answerDeadline = .seconds(1)
        let nova = try NovaClient(url: url, apiKey: "test-key", options: options)
        return try await nova.withEvents(channels: ["jobs"]) { events in
            told.yield(.subscribed)
            var all: [NovaEvent] = []
            for try await message in events {
                switch message {
                case .event(let event):
                    all.append(event)
                    #expect(events.position == event.id)
                    guard event.name == "job.completed" else { continue }
                    told.yield(.completed)
                    if all.count(where: { $0.name == "job.completed" }) == count { return all }
                case .interrupted: told.yield(.interrupted)
                case .gap, .analytics: Issue.record("\(message)")
                }
            }
            return all
        }
    }

    @Test func `A scope that is left, or cancelled, leaves no socket; a connection that may not come back ends it`()
        async throws
    {
        try await NovaCluster.run(ClusterPlan(gateways: 2, workers: 0)) { cluster in
            let gateway = cluster.gateways[1]
            var options = NovaClient.Options()
            options.events.reconnects = false
            let nova = try NovaClient(url: gateway.url, apiKey: "test-key", options: options)
            try await nova.withEvents(channels: ["jobs"]) { _ in
                let inside = try Sockets.toPort(gateway.port)
                #expect(inside == 1)
            }
            #expect(try Sockets.toPort(gateway.port) == 0)

            let (subscribed, told) = AsyncStream.makeStream(of: Void.self)
            let reader = Task {
                try await nova.withEvents(channels: ["jobs"]) { events in
                    told.yield()
                    for try await _ in events {}
                }
            }
            for await _ in subscribed { break }
            #expect(try Sockets.toPort(gateway.port) == 1)
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            #expect(try Sockets.toPort(gateway.port) == 0)

            let ended = await #expect(throws: NovaClientError.self) {
                try await nova.withEvents(channels: ["jobs"]) { events in
                    await gateway.process.kill()
                    for try await _ in events {}
                }
            }
            #expect(ended == .disconnected(code: 1006, reason: ""))
            #expect(try Sockets.toPort(gateway.port) == 0)
        }
    }
}
