import ChildProcesses
import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient
import Testing

@testable import NovaCommand

@Suite(.timeLimit(.minutes(2)))
struct KeysCommandTests {
    /// A Redis, a prefix, and a way to run `nova keys` on both.
    private struct Bench: Sendable {
        let redis: PrivateRedis
        let prefix: String
        let store: Store

        func keys(_ arguments: String...) async -> CommandRun {
            await CommandRun.nova(
                ["keys"] + arguments,
                environment: ["NOVA_REDIS_PORT": String(redis.port), "NOVA_PREFIX": prefix]
            )
        }

        /// The members of the JSON that a command prints.
        func json(_ arguments: String...) async throws -> JSONValue {
            let run = await CommandRun.nova(
                ["keys"] + arguments + ["--json", "--redis-port", String(redis.port), "--prefix", prefix]
            )
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.lines.count == 1)
            return try JSONValue(parsing: run.output)
        }
    }

    private func withBench(_ body: (Bench) async throws -> Void) async throws {
        try await withRedis { redis in
            let client = RedisClient(
                configuration: RedisConfiguration(port: redis.port),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: Logger(label: "test")
            )
            let prefix = uniqueName("keys")
            let store = Store(redis: client, catalog: NovaPools.catalog, keys: RedisKeys(prefix: prefix))
            do {
                try await body(Bench(redis: redis, prefix: prefix, store: store))
            } catch {
                await client.close()
                throw error
            }
            await client.close()
        }
    }

    @Test func `A created key is what was asked for, and its secret is shown once`() async throws {
        try await withBench { bench in
            let run = await bench.keys(
                "create",
                "ci",
                "--permissions",
                "read,flows:write",
                "--domains",
                "work,home",
                "--limit",
                "7",
                "--window",
                "5m",
                "--expires-in",
                "90d",
                "--owner",
                "team"
            )
            #expect(run.code == 0, "\(run.errors)")
            let secret = try #require(run.output.firstMatch(of: /nova_[A-Za-z0-9]{43}/)).output
            let key = try #require(try await bench.store.apiKeys.get(hash: APIKeySecret.hash(String(secret))))
            #expect(key.name == "ci" && key.owner == "team")
            #expect(key.permissions == [Permission(.read), Permission(.write, area: "flows")])
            #expect(key.domains == ["work", "home"] && key.defaultDomain == "work")
            #expect(key.limit == 7 && key.window == 300)
            #expect(key.expiresAt == key.createdAt + 90 * 86_400_000)
            #expect(!key.isConfigured)

            let list = await bench.keys("list")
            #expect(list.lines.count == 2)
            #expect(list.output.contains(key.id) && list.output.contains("7 in 5 min"))
            #expect(!list.output.contains(secret) && !list.output.contains(key.hash))
        }
    }

    @Test func `As JSON`() async throws {
        try await withBench { bench in
            let made = try await bench.json("create", "ci")
            let secret = try #require(made["secret"]?.stringValue)
            #expect(made["permissions"] == ["read", "write"])
            #expect(made["domains"] == ["*"] && made["default_domain"] == "default")
            #expect(made["expires_at"] == .null && made["status"] == "active")
            let list = try await bench.json("list")
            let listed = try #require(list["keys"]?.arrayValue?.first)
            #expect(listed["id"] == made["id"])
            #expect(listed["secret"] == nil && listed["hash"] == nil)
            #expect(try await bench.store.apiKeys.get(hash: APIKeySecret.hash(secret))?.id == made["id"]?.stringValue)
            let revoked = try await bench.json("revoke", "ci")
            #expect(revoked["revoked"]?.arrayValue?.first == made["id"])
            #expect(try await bench.json("list")["keys"] == [])
        }
    }

    @Test func `A name that is taken is refused`() async throws {
        try await withBench { bench in
            _ = try await bench.json("create", "ci")
            let again = await bench.keys("create", "ci")
            #expect(again.code == 1)
            #expect(again.errors.contains("rotate"))
            #expect(try await bench.store.apiKeys.list().count == 1)
        }
    }

    @Test func `A revoked key is gone and every gateway hears of it`() async throws {
        try await withBench { bench in
            let made = try await bench.json("create", "ci")
            let hash = APIKeySecret.hash(try #require(made["secret"]?.stringValue))
            let heard = try await bench.store.redis.subscribe(to: [bench.store.keys.revocationChannel]) { events in
                for try await event in events {
                    switch event {
                    case .subscribed: #expect(await bench.keys("revoke", "ci").code == 0)
                    case .message(_, _, let payload): return String(decoding: payload, as: UTF8.self)
                    case .interrupted: continue
                    }
                }
                return ""
            }
            #expect(heard == hash)
            #expect(try await bench.store.apiKeys.get(hash: hash) == nil)
        }
    }

    @Test func `A misspelled name among others revokes none`() async throws {
        try await withBench { bench in
            _ = try await bench.json("create", "a")
            let run = await bench.keys("revoke", "a", "b")
            #expect(run.code == 1)
            #expect(run.errors.contains("\"b\""))
            #expect(try await bench.store.apiKeys.list().count == 1)
        }
    }

    @Test func `A rotated key keeps its rights; the old secret works for the grace period`() async throws {
        try await withBench { bench in
            let old = try await bench.json("create", "ci", "--owner", "team", "--limit", "9")
            let new = try await bench.json("rotate", "ci", "--grace", "10m")
            #expect(new["id"] != old["id"] && new["secret"] != old["secret"])
            #expect(new["owner"] == "team" && new["limit"] == 9 && new["name"] == "ci")
            let hash = APIKeySecret.hash(try #require(old["secret"]?.stringValue))
            let kept = try #require(try await bench.store.apiKeys.get(hash: hash))
            let left = try #require(kept.expiresAt) - Timestamp.milliseconds()
            #expect((1...600_000).contains(left))

            // Two active keys have the name now: it does not say which is meant.
            let unclear = await bench.keys("revoke", "ci")
            #expect(unclear.code == 1)
            #expect(unclear.errors.contains(kept.id))
            #expect(await bench.keys("revoke", kept.id).code == 0)
            #expect(await bench.keys("rotate", "ci", "--grace", "0").code == 0)
            #expect(try await bench.store.apiKeys.list().map(\.name) == ["ci"])
        }
    }

    @Test func `An expired key is shown as such and cannot be rotated`() async throws {
        try await withBench { bench in
            let made = try await bench.json("create", "old", "--expires-in", "1ms")
            let id = try #require(made["id"]?.stringValue)
            let list = try await bench.json("list")
            #expect(list["keys"]?.arrayValue?.first?["status"] == "expired")
            #expect(await bench.keys("rotate", id).code == 1)
            // Its name is free again.
            #expect(await bench.keys("create", "old").code == 0)
        }
    }

    @Test func `A Redis that is not there is told with where it was looked for`() async throws {
        let port = try FreePort.find()
        let run = await CommandRun.nova("keys", "list", "--redis-port", String(port))
        #expect(run.code == 69)
        #expect(run.errors.contains("127.0.0.1:\(port)") && run.errors.contains("--redis-port"))
    }

    @Test func `A Redis that wants a password refuses`() async throws {
        try await withRedis(options: ["requirepass": "open-sesame"]) { redis in
            let environment = ["NOVA_REDIS_PORT": String(redis.port)]
            let without = await CommandRun.nova(["keys", "list"], environment: environment)
            #expect(without.code == 77)
            let password = environment.merging(["NOVA_REDIS_PASSWORD": "open-sesame"]) { $1 }
            #expect(await CommandRun.nova(["keys", "list"], environment: password).code == 0)
            let wrong = environment.merging(["NOVA_REDIS_PASSWORD": "open-sesam"]) { $1 }
            let refused = await CommandRun.nova(["keys", "list"], environment: wrong)
            #expect(refused.code == 77)
            #expect(!refused.errors.contains("open-sesam"))
        }
    }

    @Test func `A wrong setting ends with 78`() async {
        let run = await CommandRun.nova(["keys", "list"], environment: ["NOVA_REDIS_PORT": "nowhere"])
        #expect(run.code == 78)
        #expect(run.errors.contains("redis.port") && run.errors.contains("nowhere"))
        let missing = await CommandRun.nova("keys", "list", "--config", "/nowhere.yaml")
        #expect(missing.code == 78)
    }
}
