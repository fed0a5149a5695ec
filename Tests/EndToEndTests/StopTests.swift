import ChildProcesses
import EndToEndKit
import Foundation
import NIOCore
import NIOPosix
import NovaContract
import NovaTestKit
import Testing

/// How processes end.
@Suite(.timeLimit(.minutes(4))) struct StopTests {
    @Test func aGatewayStopsWithItsAnswersGivenAndItsSocketsTold() async throws {
        try await NovaCluster.run { cluster in
            let gateway = cluster.gateways[0]
            let api = API(gateway: gateway)
            let code = try await EventStream.open(gateway) { stream in
                try await stream.subscribe(["jobs"])
                async let waiting = api.optimize("f", Sample.hard(seconds: 3))
                _ = try await stream.event("job.running")
                gateway.process.signal(SIGTERM)
                let code = try await stream.closeCode()
                let answer = try await waiting
                #expect(answer.status == 200 || answer.status == 202)
                return code
            }
            #expect(code == 1_001)
            let exit = try await gateway.process.exit()
            #expect(exit == .exited(0))
        }
    }

    @Test func aWorkerStopsWithItsWorkFinished() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                _ = try await api.optimize("f", Sample.hard(seconds: 2), headers: [("Prefer", "respond-async")])
                _ = try await stream.event("job.running")
                cluster.workers[0].process.signal(SIGTERM)
                _ = try await stream.event("job.completed")
                let exit = try await cluster.workers[0].process.exit()
                #expect(exit == .exited(0))
            }
        }
    }

    @Test func aGatewayIsNotReadyFirstAndServesUntilItsPortCloses() async throws {
        let environment = ["NOVA_HTTP_DRAIN_DELAY": "15s"]
        try await NovaCluster.run(ClusterPlan(gatewayEnvironment: environment)) { cluster in
            let gateway = cluster.gateways[0]
            let api = API(gateway: gateway)
            gateway.process.signal(SIGTERM)
            _ = try await gateway.process.line { LogLine($0)?.message == "stopping" }
            let ready = try await api.get("/health/ready")
            #expect(ready.status == 503)
            #expect(try ready.json["status"] == "stopping")
            let answer = try await api.optimize("f")
            #expect(answer.status == 200)
            let exit = try await gateway.process.exit()
            #expect(exit == .exited(0))
            // At once: a client for HTTP would try again for a minute.
            await #expect(throws: (any Error).self) {
                _ = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: gateway.port).get()
            }
        }
    }

    @Test func aSocketThatHadNoEventIsToldWhereToGoOn() async throws {
        try await NovaCluster.run(ClusterPlan(gateways: 2)) { cluster in
            let (code, reason, place) = try await EventStream.open(cluster.gateways[0]) { stream in
                let place = try await stream.subscribe(["jobs"])["last_id"]?.stringValue
                cluster.gateways[0].process.signal(SIGTERM)
                let (code, reason) = try await stream.close()
                return (code, reason, place)
            }
            #expect(code == 1_001)
            let id = try #require(reason.split(separator: "after=").last.map(String.init))
            #expect(reason == "the gateway is stopping; after=\(id)")
            #expect(id == place)
            // What happens in between is not missed.
            let job = try await API(gateway: cluster.gateways[1]).optimize("f").json["job_id"]
            try await EventStream.open(cluster.gateways[1]) { stream in
                try await stream.subscribe(["jobs"], after: id)
                let event = try await stream.event("job.running")
                #expect(event["data"]?["job_id"] == job)
            }
        }
    }

    /// What a process says when it does not stop as it should.
    private func lastWord(_ process: ChildProcess) throws -> LogLine {
        try #require(process.lastLines(50).compactMap { LogLine($0) }.last { $0["level"] == "critical" })
    }

    @Test func aSecondSignalEndsAGatewayAtOnce() async throws {
        let environment = ["NOVA_HTTP_DRAIN_DELAY": "1h", "NOVA_STOP_DEADLINE": "1h"]
        try await NovaCluster.run(ClusterPlan(workers: 0, gatewayEnvironment: environment)) { cluster in
            let process = cluster.gateways[0].process
            process.signal(SIGTERM)
            _ = try await process.line { LogLine($0)?.message == "stopping" }
            process.signal(SIGTERM)
            let exit = try await process.exit()
            #expect(exit == .exited(128 + SIGTERM))
            let said = try lastWord(process)
            #expect(said.message == "ends at once, with work in flight")
            #expect(said["reason"] == "a second signal came")
        }
    }

    @Test func aWorkerIsNotReadyFirstAndASecondSignalEndsItAtOnce() async throws {
        let environment = ["NOVA_WORKER_SHUTDOWN_GRACE": "1h"]
        try await NovaCluster.run(ClusterPlan(workerEnvironment: environment)) { cluster in
            let (api, worker) = (API(gateway: cluster.gateways[0]), cluster.workers[0])
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                _ = try await api.optimize("f", Sample.hard(seconds: 300), headers: [("Prefer", "respond-async")])
                _ = try await stream.event("job.running")
                worker.process.signal(SIGTERM)
                _ = try await worker.process.line { LogLine($0)?.message == "stopping" }
                let ready = try await API(gateway: worker, key: nil).get("/health/ready")
                #expect(ready.status == 503)
                worker.process.signal(SIGINT)
                let exit = try await worker.process.exit()
                #expect(exit == .exited(128 + SIGINT))
                let said = try lastWord(worker.process)
                #expect(said["reason"] == "a second signal came")
            }
        }
    }

    @Test func theDeadlineEndsAGateway() async throws {
        let environment = ["NOVA_HTTP_DRAIN_DELAY": "1h", "NOVA_STOP_DEADLINE": "1s"]
        try await NovaCluster.run(ClusterPlan(workers: 0, gatewayEnvironment: environment)) { cluster in
            let process = cluster.gateways[0].process
            process.signal(SIGTERM)
            let exit = try await process.exit()
            #expect(exit == .exited(1))
            let said = try lastWord(process)
            #expect(said["reason"] == "not stopped within 1.0 seconds")
        }
    }

    @Test(arguments: ["nova-gateway", "nova-optimization-worker"])
    func aWrongSettingIsNamedAndEndsTheProcess(name: String) async throws {
        let command = ChildCommand(
            executable: try Binaries.path(name),
            environment: ["NOVA_REDIS_PORT": "a lot", "NOVA_KAFKA_BROKERS": "127.0.0.1:1"]
        )
        try await ChildProcess.run(command, name: name) { process in
            let exit = try await process.exit()
            #expect(exit == .exited(78))
            let said = process.lastLines(20).joined(separator: "\n")
            #expect(said.contains(#"setting redis.port = "a lot" (from NOVA_REDIS_PORT): must be a whole number"#))
        }
    }

    @Test func novaDevShowsTheSampleServesAndLeavesNothing() async throws {
        let port = try FreePort.find()
        let command = ChildCommand(
            executable: try Binaries.path("nova"),
            arguments: ["dev", "--port", "\(port)"],
            workingDirectory: Binaries.packageRoot.path
        )
        let children = try await ChildProcess.run(command, name: "nova dev") { process in
            _ = try await process.line(within: .seconds(120)) { $0.contains("critical path:") }
            _ = try await process.line(within: .seconds(60)) { $0.contains("curl") }
            let children = try childrenOf(process.pid)
            #expect(children.count >= 3)
            process.signal(SIGINT)
            let exit = try await process.exit()
            #expect(exit == .exited(0))
            return children
        }
        for child in children { #expect(kill(child, 0) == -1) }
    }

    /// All processes below one, by what the kernel says of each process's parent.
    private func childrenOf(_ pid: Int32) throws -> [Int32] {
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        var parents: [Int32: Int32] = [:]
        for process in all {
            // A process may end while the list is read.
            guard let stat = FileManager.default.contents(atPath: "/proc/\(process)/stat"),
                let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " "),
                fields.count > 1, let parent = Int32(fields[1])
            else { continue }
            parents[process] = parent
        }
        var found: [Int32] = [pid]
        var index = 0
        while index < found.count {
            found += parents.filter { $0.value == found[index] }.map(\.key)
            index += 1
        }
        return Array(found.dropFirst())
    }
}
