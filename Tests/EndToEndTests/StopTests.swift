import ChildProcesses
import Foundation
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
