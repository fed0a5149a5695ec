import ChildProcesses
import Foundation
import NovaContract
import NovaTestKit
import Testing

@testable import NovaClient
@testable import NovaCommand

struct DevPartsTests {
    @Test(arguments: [
        ("16:24:00.123 INFO   nova.gateway: gateway ready host=127.0.0.1 port=8003", false),
        ("16:24:00.123 DEBUG  nova: x", false), ("16:24:00.123 NOTICE nova: x", false), ("", false), ("   ", false),
        ("16:24:00.123 WARN   nova: x", true), ("16:24:00.123 ERROR  nova: x", true),
        ("16:24:00.123 FATAL  nova: x", true), ("Fatal error: index out of range", true),
        ("*** Signal 11: x y z", true),
    ])
    func `Log lines are shown from warning up, and whatever is no log line`(line: String, isShown: Bool) {
        #expect(ChildLog.isWorthShowing(line) == isShown)
    }

    @Test func `Children are told where things are, and nothing from outside leads them away`() {
        let environment = DevEnvironment(
            redisPort: 1,
            brokers: "b:2",
            httpPort: 3,
            keysFile: "/keys",
            inherited: [
                "NOVA_REDIS_PASSWORD": "x", "NOVA_REDIS_PORT": "99", "NOVA_CONFIG": "/etc/nova", "NOVA_PREFIX": "p",
                "NOVA_KAFKA_GROUP_INSTANCE_ID": "i", "NOVA_OPTIMIZATION_TIME_LIMIT": "9s", "PATH": "/bin",
            ]
        )
        for settings in [environment.gateway, environment.worker] {
            #expect(settings["NOVA_REDIS_PORT"] == "1" && settings["NOVA_KAFKA_BROKERS"] == "b:2")
            for name in ["NOVA_REDIS_PASSWORD", "NOVA_CONFIG", "NOVA_PREFIX", "NOVA_KAFKA_GROUP_INSTANCE_ID"] {
                #expect(settings[name] == "")
            }
            // What is not set here is inherited as it is.
            #expect(settings["NOVA_OPTIMIZATION_TIME_LIMIT"] == nil && settings["PATH"] == nil)
        }
        #expect(environment.gateway["NOVA_HTTP_PORT"] == "3" && environment.gateway["NOVA_KEYS_FILE"] == "/keys")
        #expect(environment.worker["NOVA_HEALTH_PORT"] == "0")
    }

    @Test func `A port in use is told with another to take`() async throws {
        try await withRedis { redis in
            #expect(!Preflight.isFree(redis.port))
            let programs = SiblingPrograms(
                nova: "nova",
                gateway: "/bin/true",
                optimizationWorker: "/bin/true",
                coordinationWorker: "/bin/true",
                allocationWorker: "/bin/true",
                memoryWorker: "/bin/true"
            )
            let configuration = ConfigDirectory(path: "/nowhere")
            let plan = DevPlan(
                port: redis.port,
                programs: programs,
                configuration: configuration,
                demo: nil,
                isVerbose: false
            )
            let failure = #expect(throws: CommandFailure.self) { try Preflight.check(plan) }
            #expect(failure?.kind == .unavailable)
            #expect(failure?.message.contains("--port \(redis.port + 1)") == true)
        }
        #expect(Preflight.isFree(try FreePort.find()))
    }

    @Test func `A missing redis-server is told with how to install it`() throws {
        let plan = DevPlan(
            port: 0,
            programs: SiblingPrograms(
                nova: "nova",
                gateway: "",
                optimizationWorker: "",
                coordinationWorker: "",
                allocationWorker: "",
                memoryWorker: ""
            ),
            configuration: ConfigDirectory(path: ""),
            demo: nil,
            isVerbose: false
        )
        Surroundings.$environment.withValue(["PATH": "/nowhere:/nowhere/else"]) {
            let failure = #expect(throws: CommandFailure.self) { try Preflight.check(plan) }
            #expect(failure?.message.contains("apt-get install redis-server") == true)
        }
        #expect(throws: Never.self) { try Preflight.check(plan) }
    }

    @Test func `Programs and configuration are looked for beside the executable`() async throws {
        try await TemporaryDirectory.run(prefix: "nova-dev") { root in
            let build = root + "/.build/release"
            try FileManager.default.createDirectory(atPath: build, withIntermediateDirectories: true)
            let missing = #expect(throws: CommandFailure.self) { try SiblingPrograms.find(beside: build + "/nova") }
            #expect(
                missing?.message.contains("nova-gateway") == true && missing?.message.contains("make build") == true
            )
            for name in [
                "nova-gateway", "nova-optimization-worker", "nova-coordination-worker", "nova-allocation-worker",
                "nova-memory-worker",
            ] {
                try Data().write(to: URL(filePath: "\(build)/\(name)"))
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755],
                    ofItemAtPath: "\(build)/\(name)"
                )
            }
            #expect(try SiblingPrograms.find(beside: build + "/nova").gateway == build + "/nova-gateway")

            #expect(throws: CommandFailure.self) {
                try ConfigDirectory.find(nil, here: root, executable: build + "/nova")
            }
            try FileManager.default.createDirectory(atPath: root + "/config", withIntermediateDirectories: false)
            try Data().write(to: URL(filePath: root + "/config/development-keys.yaml"))
            #expect(try ConfigDirectory.find(nil, here: "/", executable: build + "/nova").path == root + "/config")
            #expect(try ConfigDirectory.find(nil, here: root, executable: "/bin/nova").path == root + "/config")
            #expect(
                try ConfigDirectory.find(root + "/config", here: "/", executable: "/bin/nova").path == root + "/config"
            )
            let wrong = #expect(throws: CommandFailure.self) {
                try ConfigDirectory.find(root, here: root, executable: build + "/nova")
            }
            #expect(wrong?.kind == .configuration)
        }
    }

    @Test func `The gateway's port is read from its log`() {
        #expect(DevShowcase.port(in: "16:24:00.123 NOTICE nova: gateway ready host=127.0.0.1 port=8123") == 8_123)
        #expect(DevShowcase.port(in: "gateway ready") == nil)
        #expect(DevShowcase.shortened("/a/b/c", here: "/a") == "b/c")
        #expect(DevShowcase.shortened("/ab/c", here: "/a") == "/ab/c")
    }

    @Test func `Progress is told with numbers, and news are milestones`() {
        var progress = DemoProgress()
        func event(_ makespan: Double) -> NovaEvent {
            let details: JSON = ["makespan": JSON(makespan), "lower_bound": 60, "iterations": 7]
            let data: JSON = ["progress": ["fraction": 0.25, "message": "", "details": details]]
            return NovaEvent(json: ["event": "job.progress", "data": data])
        }
        #expect(
            progress.line(after: event(90)) == "25 %, shortest so far 1 min 30 s, at least 1 min, 7 schedules tried"
        )
        #expect(progress.isMilestone)
        _ = progress.line(after: event(90))
        #expect(!progress.isMilestone)
        let started = NovaEvent(json: ["event": "job.running"])
        #expect(progress.line(after: started) == "running")
    }

    @Test func `The end of a job is its result or its error`() throws {
        func ending(_ name: String, _ data: JSONValue) -> JobEnding? {
            JobEnding(NovaEvent(json: ["event": JSON(name), "data": JSON(data)]))
        }
        #expect(ending("job.progress", [:]) == nil)
        #expect(ending("job.running", [:]) == nil)
        #expect(ending("other.completed", [:]) == nil)
        #expect(try ending("job.completed", ["result": ["a": 1]])?.result == ["a": 1])
        #expect(try #require(ending("job.completed", ["result_omitted": true])).result == nil)
        let error = NovaError(.validationError, "bad", details: [.init("/x", "worse")]).json
        let failure = #expect(throws: CommandFailure.self) { try ending("job.failed", ["error": error])?.result }
        #expect(failure?.message == "the job is failed: VALIDATION_ERROR: bad\n  /x: worse")
        #expect(throws: CommandFailure.self) { try JobEnding(record: ["status": "cancelled"])?.result }
        #expect(JobEnding(record: ["status": "cancelling"]) == nil)
    }
}
