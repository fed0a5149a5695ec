import ChildProcesses
import EndToEndKit
import FlowPool
import NIOHTTP1
import NovaContract
import NovaTestKit
import RedisClient
import Testing

/// Every error code of the contract, provoked over real processes, with its status and both forms of its body.
@Suite(.timeLimit(.minutes(4))) struct ErrorCodeTests {
    private static let optimize = "/api/orchestration/flows/f/optimize"

    private func expect(
        _ answer: Answer,
        _ code: ErrorCode,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let json = try answer.json
        #expect(answer.status == code.status, sourceLocation: sourceLocation)
        #expect(json["error"]?["code"] == .string(code.rawValue), sourceLocation: sourceLocation)
        #expect(json["status"] == JSONValue(code.status), sourceLocation: sourceLocation)
        #expect(json["title"] == .string(code.title), sourceLocation: sourceLocation)
        let isProblem = answer.headers.first(name: "Content-Type")?.hasPrefix("application/problem+json") == true
        #expect(isProblem, sourceLocation: sourceLocation)
        let id = answer.headers.first(name: "X-Request-ID")
        #expect(id != nil && json["error"]?["request_id"] == id.map(JSONValue.string), sourceLocation: sourceLocation)
    }

    @Test func whatAClientCanDoWrong() async throws {
        let keys = [
            TestKey(), TestKey(name: "reader", key: "reader-key", permissions: ["read"]),
            TestKey(name: "narrow", key: "narrow-key", domains: ["personal"], defaultDomain: "personal"),
            TestKey(name: "few", key: "few-requests-key", limit: 2),
        ]
        try await NovaCluster.run(ClusterPlan(keys: keys)) { cluster in
            let gateway = cluster.gateways[0]
            let api = API(gateway: gateway)
            let reader = API(gateway: gateway, key: "reader-key")
            let narrow = API(gateway: gateway, key: "narrow-key")

            try expect(try await api.optimize("f", ["parameters": 1]), .validationError)
            let cycle: JSONValue = [
                "parameters": [
                    "steps": [
                        ["id": "a", "duration": 1, "dependencies": ["b"]],
                        ["id": "b", "duration": 1, "dependencies": ["a"]],
                    ]
                ]
            ]
            let found = try await api.optimize("f", cycle)
            try expect(found, .validationError)
            #expect(
                try found.json["error"]?["details"]?.arrayValue?.first?["pointer"]
                    == "/parameters/steps/0/dependencies/0"
            )

            let late = try await api.optimize("f", headers: [("Job-Deadline", "86401")])
            try expect(late, .validationError)
            #expect(try late.json["detail"]?.stringValue?.hasPrefix("Job-Deadline must be") == true)

            for key in [nil, "wrong", ""] {
                let stranger = API(gateway: gateway, key: key)
                for path in [Self.optimize, "/api/nothing/here", "/api/jobs"] {
                    let answer = try await stranger.get(path)
                    try expect(answer, .authenticationError)
                    #expect(answer.headers.first(name: "WWW-Authenticate") != nil)
                    #expect(answer.headers.first(name: "RateLimit") == nil)
                }
            }
            try expect(try await reader.optimize("f"), .permissionDenied)
            try expect(try await narrow.send(.POST, Self.optimize + "?domain=professional", [:]), .permissionDenied)
            try expect(try await api.get("/api/nothing/here"), .resourceNotFound)
            try expect(try await api.get("/api/jobs/\(UUIDv7.make())"), .resourceNotFound)
            let notAllowed = try await api.get(Self.optimize)
            try expect(notAllowed, .methodNotAllowed)
            #expect(notAllowed.headers.first(name: "Allow")?.contains("POST") == true)

            let ended = try #require(try await api.optimize("f").json["job_id"]?.stringValue)
            try expect(try await api.send(.DELETE, "/api/jobs/\(ended)"), .conflict)
            let form = [("Content-Type", "application/x-www-form-urlencoded")]
            try expect(
                try await api.send(.POST, Self.optimize, headers: form, raw: Array("a=1".utf8)),
                .unsupportedMediaType
            )
            _ = try await api.optimize("f", headers: [("Idempotency-Key", "k")])
            try expect(try await api.optimize("f", [:], headers: [("Idempotency-Key", "k")]), .idempotencyKeyReused)
            var tight = Sample.flow.objectValue ?? [:]
            tight["constraints"] = ["deadline": 5]
            try expect(try await api.optimize("f", .object(tight)), .infeasible)

            let few = API(gateway: gateway, key: "few-requests-key")
            for left in [1, 0] {
                let answer = try await few.get("/api/jobs")
                #expect(answer.status == 200)
                #expect(answer.headers.first(name: "RateLimit")?.contains("r=\(left)") == true)
                #expect(answer.headers.first(name: "RateLimit-Policy") == #""default";q=2;w=60"#)
            }
            let limited = try await few.get("/api/jobs")
            try expect(limited, .rateLimitExceeded)
            #expect(limited.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 0 >= 1)
        }
    }

    @Test func bodiesPastTheLimitAreRefusedAndTheOthersTaken() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            let tooLarge = Array(repeating: UInt8(ascii: " "), count: 10 << 20 + 1)
            try expect(try await api.send(.POST, Self.optimize, raw: tooLarge), .payloadTooLarge)
            let body = Array(#"{"parameters":{"key":"value"}}"#.utf8)
            let large = Array(repeating: UInt8(ascii: " "), count: 10 << 20 - body.count) + body
            let fits = try await api.send(.POST, Self.optimize, raw: large)
            #expect(fits.status == 200)
            for text in ["{", #"{"parameters":"#, "[]", String(repeating: "[", count: 100_000)] {
                try expect(try await api.send(.POST, Self.optimize, raw: Array(text.utf8)), .validationError)
            }
            try expect(
                try await api.send(.POST, Self.optimize, raw: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]),
                .validationError
            )
        }
    }

    @Test func whatNovaCannotHelp() async throws {
        try await NovaCluster.run(ClusterPlan(gatewayEnvironment: ["NOVA_KAFKA_DELIVERY_TIMEOUT": "2s"])) { cluster in
            let api = API(gateway: cluster.gateways[0])
            // Something else wrote over the flow: nothing that trying again would mend.
            let key = RedisKeys(prefix: cluster.prefix).flow("f", owner: "test", domain: "professional")
            try await cluster.redisCommand("SET", RedisArgument(key), "not a flow")
            try expect(try await api.optimize("f", ["parameters": ["key": "value"]]), .serviceError)
            try await cluster.redisCommand("DEL", RedisArgument(key))

            // No broker: the client is told, and its job is not left queued.
            for broker in 1...3 { try await cluster.broker.order("down \(broker)") }
            let refused = try await api.optimize("f", headers: [("Idempotency-Key", "k")])
            try expect(refused, .serviceUnavailable)
            #expect(refused.headers.first(name: "Retry-After") != nil)
            let newest = try await api.get("/api/jobs?limit=1").json["jobs"]?.arrayValue?.first
            #expect(newest?["status"] == "failed")
            #expect(newest?["error"]?["code"] == "SERVICE_UNAVAILABLE")
            for broker in 1...3 { try await cluster.broker.order("up \(broker)") }

            // No Redis: no command passes.
            await cluster.redis.process.kill()
            try expect(try await api.optimize("f"), .serviceUnavailable)
            // Its next probe of a second sees it.
            _ = try await cluster.gateways[0].process.line(within: .seconds(30)) { line in
                guard let line = LogLine(line) else { return false }
                return line.message == "a dependency is down" && line["dependency"] == "redis"
            }
            let ready = try await api.get("/health/ready")
            #expect(ready.status == 503)
        }
    }
}
