import ChildProcesses
import DocumentKit
import NovaContract
import NovaTestKit
import Synchronization

/// Starts a whole Nova, sends it changed requests, and collects what must not be; stops where a process ended.
package struct FuzzRun: Sendable {
    package var seed: UInt64 = 1
    /// Seconds after which no request is begun; nil: `requests` alone bound it.
    package var duration: Int?
    package var requests = Int.max
    /// Clients that send at the same time.
    package var clients = 16
    package var onProgress: @Sendable (Int) -> Void = { _ in }

    package struct Report: Sendable {
        package var requests = 0
        package var messages = 0
        /// Answers by status.
        package var statuses: [Int: Int] = [:]
        /// What must not be, one of each kind, with the request that did it; empty: nothing.
        package var failures: [String] = []
    }

    package init() {}

    /// Kept of each client, for when a process ends: which of the last requests ended it is then tried out one by one.
    private static let kept = 32
    private static let key = "fuzz-key"

    private static var plan: ClusterPlan {
        ClusterPlan(
            gateways: 1,
            workers: 1,
            coordinators: 1,
            allocators: 1,
            rememberers: 1,
            keys: [
                TestKey(name: "fuzz", key: key, permissions: ["read", "write"], limit: 100_000_000),
                TestKey(name: "other", key: "other-key", permissions: ["read", "write"], limit: 100_000_000),
            ],
            // What is asked to be waited for is not waited for long, so that clients go on.
            gatewayEnvironment: ["NOVA_HTTP_DEFAULT_WAIT": "2s", "NOVA_WEBSOCKET_BUDGET_LIMIT": "100000000"]
        )
    }

    package func run() async throws -> Report {
        let state = Shared()
        try await NovaCluster.run(Self.plan) { cluster in
            let gateway = cluster.gateways[0]
            let (document, sockets) = try await Self.documents(gateway)
            try await Self.fillOther(gateway)
            let maker = RequestMaker(document: document)
            let socketFuzz = try SocketFuzz(document: sockets, maker: maker)
            let oracle = Oracle(document: document)
            let end = duration.map { ContinuousClock.now + .seconds($0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<clients {
                    let random = SplitMix64(seed: seed &* 1_000 &+ UInt64(client))
                    group.addTask { try await send(gateway, maker, oracle, random, client, until: end, state) }
                }
                group.addTask {
                    var random = SplitMix64(seed: seed &* 1_000 &+ 999)
                    try await talk(gateway, socketFuzz, &random, until: end, state)
                }
                try await group.waitForAll()
            }
            try await shrink(gateway, oracle, state)
            let members =
                cluster.gateways + cluster.workers + cluster.coordinators + cluster.allocators + cluster.rememberers
            try await check(members, state)
        }
        var report = state.withLock(\.report)
        let suspects = state.withLock { $0.ended ? $0.last.values.flatMap(\.self) : [] }
        if !suspects.isEmpty { report.failures.append(try await culprit(among: suspects)) }
        return report
    }

    private struct State {
        var report = Report()
        var begun = 0
        /// The first request of each kind of fault.
        var found: [String: (fault: String, request: FuzzRequest)] = [:]
        /// The last requests of each client.
        var last: [Int: [FuzzRequest]] = [:]
        var ended = false
    }

    private final class Shared: Sendable {
        private let state = Mutex(State())

        func withLock<R: Sendable>(_ body: (inout State) -> R) -> R { state.withLock { body(&$0) } }
    }

    // MARK: - HTTP

    private func send(
        _ gateway: ClusterMember,
        _ maker: RequestMaker,
        _ oracle: Oracle,
        _ random: SplitMix64,
        _ client: Int,
        until end: ContinuousClock.Instant?,
        _ state: Shared
    ) async throws {
        var random = random
        while goesOn(end, state) {
            do {
                try await RawConnection.open(port: gateway.port) { connection in
                    while goesOn(end, state) {
                        let request = maker.request(&random)
                        let number = state.withLock { state -> Int in
                            state.begun += 1
                            state.last[client, default: []].append(request)
                            if state.last[client, default: []].count > Self.kept { state.last[client]?.removeFirst() }
                            return state.begun
                        }
                        if number % 1_000 == 0 { onProgress(number) }
                        let response: RawConnection.Response
                        do {
                            response = try await connection.exchange(
                                request.bytes(key: Self.key),
                                of: request.method,
                                within: oracle.patience(request)
                            )
                        } catch let failure as RawConnection.Failure {
                            note("\(failure)", request, state)
                            return
                        }
                        state.withLock { state in
                            state.report.requests += 1
                            state.report.statuses[response.status, default: 0] += 1
                        }
                        if let fault = oracle.fault(of: response, to: request) {
                            note(fault, request, state)
                        }
                        if response.isLast { return }
                    }
                }
            } catch let failure as RawConnection.Failure {
                // The gateway is gone; who ended it is found out afterwards.
                state.withLock { state in
                    state.ended = true
                    state.report.failures.append("\(failure)")
                }
            }
        }
    }

    private func goesOn(_ end: ContinuousClock.Instant?, _ state: Shared) -> Bool {
        !Task.isCancelled && (end.map { $0 > .now } ?? true)
            && state.withLock { !$0.ended && $0.found.count < Self.maximumKinds && $0.begun < requests }
    }

    /// Kinds of faults after which a run ends.
    private static let maximumKinds = 40
    /// Kinds of which the request is made small.
    private static let maximumShrunk = 10

    /// Takes note of a fault; of each kind the first is kept.
    private func note(_ fault: String, _ request: FuzzRequest, _ state: Shared) {
        let path = request.path.split(separator: "/").prefix(4).joined(separator: "/")
        let kind = "\(request.method) \(path) \(fault.prefix(80).filter { !$0.isNumber })"
        state.withLock { if $0.found[kind] == nil { $0.found[kind] = (fault, request) } }
    }

    /// Makes the requests of faults small, now that the gateway has nothing else to do.
    private func shrink(_ gateway: ClusterMember, _ oracle: Oracle, _ state: Shared) async throws {
        let found = state.withLock { $0.ended ? [] : $0.found.sorted { $0.key < $1.key }.map(\.value) }
        for (index, (fault, request)) in found.enumerated() {
            var (note, smallest) = ("it was", request)
            if index < Self.maximumShrunk {
                let kind = fault.prefix(20)
                smallest = try await Shrinker().smallest(of: request) { candidate in
                    try await Self.fault(of: candidate, gateway, oracle)?.hasPrefix(kind) ?? false
                }
                let isSame = try await Self.fault(of: smallest, gateway, oracle)?.hasPrefix(kind) ?? false
                note = isSame ? "made small, it is" : "it did not do so again; it was"
            }
            let text = "\(fault)\n  The request; \(note):\n\(smallest.description)"
            state.withLock { $0.report.failures.append(text) }
        }
    }

    private static func fault(of request: FuzzRequest, _ gateway: ClusterMember, _ oracle: Oracle) async throws
        -> String?
    {
        do {
            let response = try await RawConnection.open(port: gateway.port) {
                try await $0.exchange(request.bytes(key: key), of: request.method, within: oracle.patience(request))
            }
            return oracle.fault(of: response, to: request)
        } catch let failure as RawConnection.Failure {
            return "\(failure)"
        }
    }

    // MARK: - WebSocket

    private func talk(
        _ gateway: ClusterMember,
        _ fuzz: SocketFuzz,
        _ random: inout SplitMix64,
        until end: ContinuousClock.Instant?,
        _ state: Shared
    ) async throws {
        let count = 50
        while goesOn(end, state) {
            let found = try await fuzz.run(url: gateway.webSocketURL + "/api/ws", key: Self.key, count: count, &random)
            state.withLock { state in
                state.report.messages += count
                if let (fault, message) = found, state.report.failures.count < Self.maximumKinds {
                    state.report.failures.append("\(fault)\n  Over the WebSocket, after:\n\(message)")
                }
            }
        }
    }

    // MARK: - Processes

    private static func documents(_ gateway: ClusterMember) async throws -> (OpenAPIDocument, JSONValue) {
        func get(_ path: String) async throws -> JSONValue {
            let request = FuzzRequest(method: "GET", path: path)
            let response = try await RawConnection.open(port: gateway.port) {
                try await $0.exchange(request.bytes(key: key), of: request.method, within: Oracle.patience)
            }
            return try JSONValue(parsing: response.body)
        }
        return (try OpenAPIDocument(try await get("/openapi.json")), try await get("/asyncapi.json"))
    }

    /// Makes one of everything for another owner, under the names that are asked for.
    private static func fillOther(_ gateway: ClusterMember) async throws {
        let secret = JSONValue(Oracle.secret)
        var requests: [(String, String, JSONValue)] = []
        for name in SampleMaker.names {
            let id = FuzzRequest.encoded(name)
            requests += [
                ("POST", "/api/orchestration/tasks", ["task_id": .string(name), "type": secret]),
                ("PUT", "/api/orchestration/agents/\(id)", ["labels": ["l": secret]]),
                ("PUT", "/api/orchestration/resources/\(id)", ["capacity": 1, "labels": ["l": secret]]),
                (
                    "PUT", "/api/orchestration/flows/\(id)",
                    ["steps": [["id": secret, "duration": 1]], "capacity": [:]]
                ),
                (
                    "POST", "/api/orchestration/memory/store",
                    ["memory_id": .string(name), "type": "semantic", "content": ["t": secret]]
                ),
            ]
        }
        for (method, path, body) in requests {
            let request = FuzzRequest(method: method, path: path, body: FuzzValue(body))
            let response = try await RawConnection.open(port: gateway.port) {
                try await $0.exchange(request.bytes(key: "other-key"), of: request.method, within: 75)
            }
            guard response.status < 300 || response.status == 400 && path.contains("resources") else {
                throw FuzzSetupError(
                    description: "\(method) \(path): \(String(decoding: response.body, as: UTF8.self))"
                )
            }
        }
    }

    package struct FuzzSetupError: Error, CustomStringConvertible { package let description: String }

    /// Whether all processes still are: each is asked to stop, and must do so by itself.
    private func check(_ members: [ClusterMember], _ state: Shared) async throws {
        for member in members {
            member.process.signal(15)
            let exit = try await member.process.exit()
            guard !exit.isSuccess else { continue }
            let lines = member.process.lastLines(40).joined(separator: "\n")
            state.withLock { state in
                state.ended = true
                state.report.failures.append("\(member.name) ended with \(exit):\n\(lines)")
            }
        }
    }

    /// Sends each of the last requests to a Nova of its own, until one ends a process.
    private func culprit(among suspects: [FuzzRequest]) async throws -> String {
        for request in suspects.reversed() where request.body != nil {
            if try await ends(request) {
                var starts = 0
                let smallest = try await Shrinker().smallest(of: request) { candidate in
                    starts += 1
                    return starts <= 40 ? try await ends(candidate) : false
                }
                return "this request ends a process:\n\(smallest.description)"
            }
        }
        return "none of the last \(suspects.count) requests ends a process by itself"
    }

    /// Whether a process of a new Nova ends by one request.
    private func ends(_ request: FuzzRequest) async throws -> Bool {
        let state = Shared()
        do {
            try await NovaCluster.run(Self.plan) { cluster in
                var patient = request
                patient.headers = [.init(name: "Prefer", value: "wait=10")]
                _ = try await RawConnection.open(port: cluster.gateways[0].port) {
                    try await $0.exchange(patient.bytes(key: Self.key), of: patient.method, within: 30)
                }
                let members =
                    cluster.gateways + cluster.workers + cluster.coordinators + cluster.allocators + cluster.rememberers
                try await check(members, state)
            }
        } catch is RawConnection.Failure {
            return true
        }
        return state.withLock(\.ended)
    }
}
