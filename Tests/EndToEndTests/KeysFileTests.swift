import ChildProcesses
import EndToEndKit
import Foundation
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// Gateways that start with another keys file than those before them.
@Suite(.timeLimit(.minutes(4))) struct KeysFileTests {
    /// Runs `body` with the path of a file of this content.
    private func withFile<R>(
        _ text: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (String) async throws -> R
    ) async throws -> R {
        try await TemporaryDirectory.run(prefix: "nova-keys") { directory in
            let path = directory + "/keys.yaml"
            try Data(text.utf8).write(to: URL(filePath: path))
            return try await body(path)
        }
    }

    /// What the key is answered when it reads, and when it writes.
    private func statuses(_ gateway: ClusterMember, _ key: String) async throws -> [Int] {
        let api = API(gateway: gateway, key: key)
        let read = try await api.get("/api/jobs").status
        let write = try await api.optimize("f", headers: [("Prefer", "respond-async")]).status
        return [read, write]
    }

    @Test func aChangedFileRulesOnGatewaysThatRunTooAndSparesKeysMadeByHand() async throws {
        let keys = [
            TestKey(name: "changed", key: "old-secret"), TestKey(name: "narrowed", key: "narrow-secret"),
            TestKey(name: "removed", key: "removed-secret"),
        ]
        let file = """
            keys:
              changed: { key: new-secret, permissions: [read, write], default_domain: professional }
              narrowed: { key: narrow-secret, permissions: [read], default_domain: professional }
            """
        try await NovaCluster.run(ClusterPlan(workers: 0, keys: keys)) { cluster in
            let running = cluster.gateways[0]
            for key in keys {
                let known = try await statuses(running, key.key)
                #expect(known == [200, 202], "\(key.key)")
            }
            let made = try JSONValue(parsing: await cluster.nova("keys", "create", "made", "--json"))
            let secret = try #require(made["secret"]?.stringValue)
            try await withFile(file) { path in
                try await EventStream.open(running, key: "removed-secret") { stream in
                    try await stream.subscribe(["jobs"])
                    try await cluster.withGateway(environment: ["NOVA_KEYS_FILE": path]) { started in
                        let closed = try await stream.closeCode()
                        #expect(closed == 1_008)
                        for gateway in [running, started] {
                            for (key, read, write) in [
                                ("old-secret", 401, 401), ("new-secret", 200, 202), ("removed-secret", 401, 401),
                                ("narrow-secret", 200, 403), (secret, 200, 202),
                            ] {
                                let found = try await statuses(gateway, key)
                                #expect(found == [read, write], "\(key)")
                            }
                        }
                        let list = try await cluster.nova("keys", "list")
                        #expect(list.contains("nova keys") && list.contains("keys file"))
                        #expect(!list.contains("removed"))
                    }
                }
            }
        }
    }

    @Test func aKeyOfTheFileThatWasRevokedStaysSoWhenAGatewayStarts() async throws {
        try await NovaCluster.run(ClusterPlan(workers: 0)) { cluster in
            let said = try await cluster.nova("keys", "revoke", "test")
            #expect(said.contains("It is in a keys file") && said.contains("stays revoked"))
            try await cluster.withGateway { started in
                let line = try await started.process.line(within: .seconds(30)) {
                    LogLine($0)?.message?.contains("was ended by `nova keys`") == true
                }
                #expect(LogLine(line)?["key"] == "test")
                let refused = try await statuses(started, "test-key")
                #expect(refused == [401, 401])
            }
            let file = "keys: {test: {key: another-key, permissions: [read, write]}}"
            try await withFile(file) { path in
                try await cluster.withGateway(environment: ["NOVA_KEYS_FILE": path]) { started in
                    let taken = try await statuses(started, "another-key")
                    #expect(taken == [200, 202])
                    let refused = try await statuses(started, "test-key")
                    #expect(refused == [401, 401])
                }
            }
        }
    }

    @Test func aFileThatIsWrongIsRefusedWithAllThatIsWrong() async throws {
        let file = """
            keys:
              one: { key: topsecret-1, permissions: [read], domains: [a], default_domain: b }
              two: { key: topsecret-1, permision: [read], limit: many }
            """
        try await NovaCluster.run(ClusterPlan(gateways: 0, workers: 0)) { cluster in
            try await withFile(file) { path in
                try await cluster.withProcess(.gateway, environment: ["NOVA_KEYS_FILE": path]) { process in
                    let exit = try await process.exit()
                    #expect(exit == .exited(78))
                    let said = process.lastLines(100).joined(separator: "\n")
                    for text in [
                        path, "keys.one.default_domain: \"b\" must be one of", "keys.two.permision", "did you mean",
                        "keys.two.limit",
                    ] {
                        #expect(said.contains(text), "\(text) in \(said)")
                    }
                    #expect(!said.contains("topsecret"))
                }
            }
        }
    }
}
