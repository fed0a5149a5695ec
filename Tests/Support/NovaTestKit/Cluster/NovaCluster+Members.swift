package import ChildProcesses
import Foundation

extension NovaCluster {
    /// Starts the plan's processes together, so that none waits for another to be ready.
    func withMembers<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (NovaCluster) async throws -> R
    ) async throws -> R {
        let roles =
            Array(repeating: MemberRole.gateway, count: plan.gateways)
            + Array(repeating: MemberRole.worker, count: plan.workers)
            + Array(repeating: MemberRole.coordinator, count: plan.coordinators)
            + Array(repeating: MemberRole.allocator, count: plan.allocators)
            + Array(repeating: MemberRole.rememberer, count: plan.rememberers)
        return try await withProcesses(roles[...], []) { processes in
            do {
                let cluster = try await ready(processes)
                return try await body(cluster)
            } catch {
                dump(processes.map(\.process))
                throw error
            }
        }
    }

    private typealias Started = (role: MemberRole, process: ChildProcess)

    private func withProcesses<R>(
        _ roles: ArraySlice<MemberRole>,
        _ started: [Started],
        isolation: isolated (any Actor)? = #isolation,
        _ body: ([Started]) async throws -> R
    ) async throws -> R {
        guard let role = roles.first else { return try await body(started) }
        let name = "\(role.rawValue) \(started.count + 1)"
        return try await withProcess(role, name: name) { process in
            try await withProcesses(roles.dropFirst(), started + [(role, process)], body)
        }
    }

    private func ready(_ processes: [Started]) async throws -> NovaCluster {
        var cluster = self
        for (role, process) in processes {
            let member = try await ClusterMember(process, role)
            switch role {
            case .gateway: cluster.gateways.append(member)
            case .worker: cluster.workers.append(member)
            case .coordinator: cluster.coordinators.append(member)
            case .allocator: cluster.allocators.append(member)
            case .rememberer: cluster.rememberers.append(member)
            }
        }
        return cluster
    }

    /// Runs `body` with a process that was started and may not be ready yet; see ``ClusterMember/init(_:_:)``.
    package func withProcess<R>(
        _ role: MemberRole,
        environment: [String: String] = [:],
        name: String? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ChildProcess) async throws -> R
    ) async throws -> R {
        let command = ChildCommand(
            executable: try Binaries.path(role.executable),
            environment: settings(role).merging(environment) { $1 }
        )
        let name = name ?? role.rawValue
        let onLine = plan.onLine
        let shows = ProcessInfo.processInfo.environment["NOVA_TEST_LOGS"] != nil
        return try await ChildProcess.run(
            command,
            name: name,
            onLine: { output in
                onLine(name, output)
                if shows { Self.show("\(name): \(output.line)") }
            },
            body
        )
    }

    private func settings(_ role: MemberRole) -> [String: String] {
        var settings = [
            "NOVA_REDIS_HOST": "127.0.0.1", "NOVA_REDIS_PORT": String(redis.port),
            "NOVA_KAFKA_BROKERS": broker.bootstrapServers, "NOVA_PREFIX": prefix,
            "NOVA_LOG_FORMAT": "json", "NOVA_LOG_LEVEL": "info",
        ]
        switch role {
        case .gateway:
            let own = [
                "NOVA_HTTP_HOST": "127.0.0.1", "NOVA_HTTP_PORT": "0", "NOVA_KEYS_FILE": keysFile,
                // A test that waits for a result gets it, however busy the machine is.
                "NOVA_HTTP_DEFAULT_WAIT": "60s",
            ]
            settings.merge(own) { $1 }
        case .worker, .coordinator, .allocator, .rememberer:
            settings["NOVA_HEALTH_PORT"] = "0"
            // The embedded broker answers an empty fetch, and lets an emptied group begin anew, only after these times.
            // It may also leave a request to join unanswered whose connection broke before; librdkafka asks again when the
            // longest time between polls is over.
            settings["NOVA_KAFKA_PROPERTIES"] =
                "fetch.wait.max.ms=10;session.timeout.ms=6000;heartbeat.interval.ms=500;max.poll.interval.ms=20000"
            // A test that has models says where.
            settings["NOVA_LLM_BASE_URL"] = "off"
        }
        settings.merge(plan.environment) { $1 }
        settings.merge(role == .gateway ? plan.gatewayEnvironment : plan.workerEnvironment) { $1 }
        return settings
    }

    private func dump(_ processes: [ChildProcess]) {
        for process in [redis.process, broker.process] + processes {
            Self.show("--- \(process.name) (pid \(process.pid)), its last lines")
            for line in process.lastLines(60) { Self.show(line) }
        }
    }

    private static func show(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
