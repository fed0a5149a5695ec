import ChildProcesses
import EndToEndKit
import NIOCore
import NIOHTTP1
import NIOPosix
import NovaContract
import NovaTestKit
import Testing

/// The conventions of HTTP that a client relies on, over real processes.
@Suite(.timeLimit(.minutes(4))) struct ConventionTests {
    private static let root = "/api/orchestration"
    /// Someone for every command.
    private static let plan = ClusterPlan(coordinators: 1, allocators: 1, rememberers: 1)
    private static let patchType = ("Content-Type", "application/merge-patch+json")

    /// What a server answers to these bytes until it closes the connection, or until `end` stands in it.
    private func exchange(_ text: String, port: Int, until end: String = "\r\n\r\n") async throws -> String {
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await client.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var received = ""
            for try await buffer in inbound {
                received += String(buffer: buffer)
                if received.contains(end) { break }
            }
            return received
        }
    }

    // MARK: - On the wire

    @Test func requestsThatNoServerMayTakeAreRefusedByTheirStatus() async throws {
        try await NovaCluster.run(ClusterPlan(workers: 0)) { cluster in
            let port = cluster.gateways[0].port
            let key = "X-API-Key: test-key\r\n"
            let big = "X-Big: \(String(repeating: "a", count: 40_000))\r\n"
            let many = (0..<200).map { "X-\($0): 1\r\n" }.joined()
            let path = String(repeating: "a", count: 40_000)
            let post = "POST \(Self.root)/tasks HTTP/1.1\r\nHost: x\r\n\(key)Content-Type: application/json\r\n"
            let requests: [(text: String, status: Int)] = [
                ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.0\r\n\r\n", 200),
                ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\nHost: x\r\n\(big)\r\n", 431), ("GET / HTTP/1.1\r\nHost: x\r\n\(many)\r\n", 431),
                ("GET /\(path) HTTP/1.1\r\nHost: x\r\n\r\n", 431), ("FOO / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
                ("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 501), ("GET / HTTP/3.0\r\nHost: x\r\n\r\n", 400),
                ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 204),
                ("GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n", 200),
                ("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
                (post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
                (post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
                (post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
                (post + "Content-Length: 2\r\nContent-Encoding: br\r\n\r\n{}", 415),
                (
                    "GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-Nova-Head-Refusal: {\"code\":\"CONFLICT\"}\r\n\(key)\r\n",
                    200
                ),
            ]
            for request in requests {
                let answer = try await exchange(request.text, port: port)
                #expect(
                    answer.hasPrefix("HTTP/1.1 \(request.status) "),
                    "\(request.text.prefix(80)): \(answer.prefix(300))"
                )
                guard request.status >= 400 else { continue }
                #expect(answer.lowercased().contains("content-type: application/problem+json"), "\(answer)")
            }
        }
    }

    @Test func aBodyIsAskedForOnlyWhereItIsWanted() async throws {
        try await NovaCluster.run(ClusterPlan(workers: 0)) { cluster in
            let port = cluster.gateways[0].port
            func request(_ key: String, _ length: Int = 2, _ path: String = "/tasks/batch") -> String {
                "POST \(Self.root)\(path) HTTP/1.1\r\nHost: x\r\nX-API-Key: \(key)\r\n"
                    + "Content-Length: \(length)\r\nExpect: 100-continue\r\n\r\n"
            }
            let asked = try await exchange(request("test-key"), port: port)
            #expect(asked.hasPrefix("HTTP/1.1 100 "))
            let refused = [
                (request("wrong"), 401), (request("test-key", 20 << 20), 413),
                (request("test-key", 2, "/nowhere"), 404),
                (request("test-key", 2, "/tasks/batch?domian=a"), 400),
            ]
            for (text, status) in refused {
                // Until the connection ends: nothing may be taken for another request.
                let answer = try await exchange(text, port: port, until: "\0")
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
                #expect(answer.lowercased().contains("connection: close"))
            }
        }
    }

    // MARK: - Versions

    @Test func aChangeIsMadeOfTheVersionThatWasMeantOnly() async throws {
        try await NovaCluster.run(Self.plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            let entities: [(path: String, put: JSONValue, patch: JSONValue)] = [
                ("/flows/f", ["steps": [["id": "a", "duration": 1]]], ["capacity": ["gpu": 2]]),
                ("/agents/a", ["capacity": 2], ["labels": ["x": "1"]]),
                ("/resources/r", ["capacity": 8], ["unit": "GiB"]),
            ]
            for entity in entities {
                let path = Self.root + entity.path
                func send(
                    _ method: HTTPMethod,
                    _ body: JSONValue? = nil,
                    _ headers: (String, String)...
                ) async throws -> (status: Int, tag: String?, json: JSONValue?) {
                    let answer = try await api.send(method, path, body, headers: headers + [("Prefer", "wait=55")])
                    let json = answer.text.isEmpty ? .null : try answer.json
                    return (answer.status, answer.headers.first(name: "ETag"), json)
                }
                #expect(try await send(.PUT, entity.put, ("If-Match", "\"1\"")).status == 412, "\(path)")
                #expect(try await send(.PUT, entity.put, ("If-Match", "*")).status == 412, "\(path)")
                let made = try await send(.PUT, entity.put, ("If-None-Match", "*"))
                #expect(made.status == 200 && made.tag == "\"1\"", "\(path) \(made)")
                #expect(try await send(.PUT, entity.put, ("If-None-Match", "*")).status == 412, "\(path)")
                let changed = try await send(.PATCH, entity.patch, Self.patchType, ("If-Match", "\"7\", \"1\""))
                #expect(changed.status == 200 && changed.tag == "\"2\"", "\(path) \(changed)")
                for old in ["\"1\"", "W/\"2\"", "\"x\""] {
                    let stale = try await send(.PATCH, entity.patch, Self.patchType, ("If-Match", old))
                    #expect(stale.status == 412, "\(path) \(old)")
                    #expect(stale.json?["error"]?["code"] == "PRECONDITION_FAILED")
                    #expect(try await send(.DELETE, nil, ("If-Match", old)).status == 412, "\(path) \(old)")
                }
                let read = try await send(.GET)
                #expect(read.tag == "\"2\"", "\(path)")
                for (name, value) in entity.patch.objectValue?.sortedMembers ?? [] {
                    #expect(read.json?[name] == value, "\(path) \(name)")
                }
                for (name, value) in entity.put.objectValue?.sortedMembers ?? [] where name != "steps" {
                    #expect(read.json?[name] == value, "\(path) \(name)")
                }
                let known = try await send(.GET, nil, ("If-None-Match", "\"1\", \"2\""))
                #expect(known.status == 304 && known.tag == "\"2\"" && known.json ?? .null == .null, "\(path) \(known)")
                #expect(try await send(.PATCH, [1], Self.patchType).status == 400)
                let wrong = try await send(.PATCH, ["capacity": "much"], Self.patchType)
                #expect(wrong.status == 400, "\(path)")
                #expect(wrong.json?["error"]?["details"]?.arrayValue?.first?["pointer"] == "/capacity", "\(path)")
                #expect(try await send(.PATCH, entity.patch).status == 415, "\(path)")
                #expect(try await send(.DELETE, nil, ("If-Match", "\"2\"")).status == 200, "\(path)")
                #expect(try await send(.PATCH, entity.patch, Self.patchType).status == 404, "\(path)")
                #expect(try await send(.DELETE, nil, ("If-Match", "*")).status == 404, "\(path)")
            }
        }
    }

    @Test func tasksAndMemoriesArePatchedMemberByMember() async throws {
        try await NovaCluster.run(Self.plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            let task: JSONValue = [
                "task_id": "t", "type": "e", "parameters": ["a": ["b": 1, "c": 2]], "priority": 4, "deadline": 3_600,
            ]
            _ = try await api.done(.POST, Self.root + "/tasks", task)
            let tag = try await api.get(Self.root + "/tasks/t").headers.first(name: "ETag") ?? ""
            let patched = try await api.send(
                .PATCH,
                Self.root + "/tasks/t",
                ["parameters": ["a": ["b": nil]], "deadline": nil],
                headers: [Self.patchType, ("If-Match", tag), ("Prefer", "wait=55")]
            )
            #expect(patched.status == 200, "\(patched.text)")
            let read = try await api.get(Self.root + "/tasks/t")
            #expect(try read.json["parameters"] == ["a": ["c": 2]])
            #expect(try read.json["deadline"] == .null && read.json["priority"] == 4)
            #expect(read.headers.first(name: "ETag") == patched.headers.first(name: "ETag"))
            let memory: JSONValue = ["memory_id": "m", "content": ["a": 1, "b": 2], "importance": 0.9]
            _ = try await api.done(.POST, Self.root + "/memory/store", memory)
            let changed = try await api.send(
                .PATCH,
                Self.root + "/memory/m",
                ["content": ["b": nil, "c": ["d": 3]], "importance": nil],
                headers: [Self.patchType, ("If-Match", "\"1\""), ("Prefer", "wait=55")]
            )
            #expect(changed.status == 200 && changed.headers.first(name: "ETag") == "\"2\"", "\(changed.text)")
            let kept = try await api.get(Self.root + "/memory/m").json
            #expect(kept["content"] == ["a": 1, "c": ["d": 3]] && kept["importance"] == 0.5)
            for path in ["/memory/m", "/tasks/t"] {
                let stale = try await api.send(.DELETE, Self.root + path, headers: [("If-Match", "\"90\"")])
                #expect(stale.status == 412, "\(path): \(stale.text)")
                #expect(try await api.get(Self.root + path).status == 200)
            }
        }
    }

    // MARK: - Requests again, lists, and depth

    @Test func theSameJSONInAnotherOrderIsTheSameRequest() async throws {
        try await NovaCluster.run(Self.plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            func make(_ text: String, _ key: String) async throws -> Answer {
                let headers = [("Idempotency-Key", key), ("Prefer", "wait=55")]
                return try await api.send(.POST, Self.root + "/tasks", headers: headers, raw: Array(text.utf8))
            }
            let first = try await make(#"{"type":"a","priority":1}"#, "k")
            for (text, key) in [
                (#"{"priority":1, "type":"a"}"#, "k"), (" {\"type\" : \"\\u0061\",\"priority\":1.0 }", "\"k\""),
            ] {
                let again = try await make(text, key)
                #expect(try again.status == 200 && again.json["job_id"] == first.json["job_id"], "\(again.text)")
                #expect(again.headers.first(name: "Vary")?.contains("Prefer") == true)
            }
            #expect(try await make(#"{"type":"b","priority":1}"#, "\"k\"").status == 422)
        }
    }

    @Test func aListLeadsToItsNextPageWithAllFilters() async throws {
        try await NovaCluster.run(Self.plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            let tasks = JSONValue.array((0..<5).map { ["task_id": .string("t\($0)"), "type": "a&b"] })
            _ = try await api.done(.POST, Self.root + "/tasks/batch", ["tasks": tasks])
            _ = try await api.done(.POST, Self.root + "/tasks", ["type": "other"])
            var path: String? = Self.root + "/tasks?type=a%26b&limit=2"
            var seen: [String] = []
            while let next = path {
                let answer = try await api.get(next)
                #expect(answer.status == 200, "\(answer.text)")
                seen += try answer.json["tasks"]?.arrayValue?.compactMap { $0["task_id"]?.stringValue } ?? []
                let link = answer.headers.first(name: "Link")
                #expect(try (link == nil) == (answer.json["next_cursor"] == .null))
                path = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
            }
            #expect(seen.sorted() == ["t0", "t1", "t2", "t3", "t4"])
            for query in ["limit=1&limit=2", "LIMIT=1", "limit=0", "status=done"] {
                #expect(try await api.get(Self.root + "/tasks?" + query).status == 400, "\(query)")
            }
        }
    }

    /// `levels` objects, one in the other.
    private static func nested(_ levels: Int) -> JSONValue {
        (1..<levels).reduce([:]) { inner, _ in ["a": inner] }
    }

    @Test func whatIsTakenInIsGivenBackHoweverDeep() async throws {
        try await NovaCluster.run(Self.plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            let most = JSONValue.maximumRequestDepth
            let deepest = Self.nested(most)
            let made = try await api.done(
                .POST,
                Self.root + "/tasks",
                ["task_id": "t", "type": "e", "parameters": deepest]
            )
            #expect(made["status"] == "created")
            #expect(try await api.get(Self.root + "/tasks/t").json["parameters"] == deepest)
            #expect(try await api.get(Self.root + "/tasks").status == 200)
            let job = try #require(made["job_id"]?.stringValue)
            #expect(try await api.get("/api/jobs/\(job)").json["status"] == "completed")
            let asked = try await api.done(
                .POST,
                Self.root + "/agents/coordinate",
                ["agents": ["x"], "strategy": "parallel", "task": ["type": "e", "parameters": Self.nested(most - 1)]]
            )
            #expect(try await api.get("/api/jobs/\(asked["job_id"]?.stringValue ?? "")").status == 200)
            #expect(try await api.get(Self.root + "/tasks").status == 200)
            let id = asked["coordination_id"]?.stringValue ?? ""
            #expect(try await api.get(Self.root + "/coordinations/\(id)").status == 200)
            let stored = try await api.done(
                .POST,
                Self.root + "/memory/store",
                ["memory_id": "m", "content": deepest]
            )
            #expect(stored["memory_id"] == "m")
            let found = try await api.done(.POST, Self.root + "/memory/search", ["content": ["a": "a"]])
            #expect(try await api.get("/api/jobs/\(found["job_id"]?.stringValue ?? "")").status == 200)
            #expect(try await api.get(Self.root + "/memory/m").status == 200)
            let deeper: JSONValue = ["type": "e", "parameters": Self.nested(most + 1)]
            #expect(try await api.send(.POST, Self.root + "/tasks", deeper).status == 400)
        }
    }
}
