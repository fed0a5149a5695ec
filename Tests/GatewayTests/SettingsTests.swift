import NovaContract
import NovaService
import NovaStore
import Testing

@testable import Gateway

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("Gateway settings")
struct SettingsTests {
    private func configuration(_ environment: [String: String]) async throws -> GatewayConfiguration {
        try GatewayConfiguration(try await Settings.load(file: nil, environment: environment), version: "1")
    }

    @Test("the environment's names")
    func environment() async throws {
        let configuration = try await configuration([
            "NOVA_HTTP_PORT": "0", "NOVA_HTTP_DEFAULT_WAIT": "2s", "NOVA_HTTP_MAXIMUM_IN_FLIGHT": "7",
            "NOVA_HTTP_CORS_ORIGINS": "https://a.example, https://b.example:8443",
            "NOVA_HTTP_MAXIMUM_IN_FLIGHT_PER_KEY": "3", "NOVA_JOBS_DEFAULT_DEADLINE": "10s",
            "NOVA_JOBS_MAXIMUM_DEADLINE": "20s",
        ])
        #expect(configuration.port == 0)
        #expect(configuration.defaultWait == .seconds(2))
        #expect(configuration.maximumInFlight == 7)
        #expect(configuration.maximumInFlightPerKey == 3)
        #expect(configuration.jobDeadline.standard == .seconds(10))
        #expect(configuration.jobDeadline.longest == .seconds(20))
        #expect(configuration.corsOrigins == ["https://a.example", "https://b.example:8443"])
    }

    @Test("wrong values are refused")
    func wrong() async {
        for environment in [
            ["NOVA_HTTP_PORT": "70000"], ["NOVA_HTTP_IDLE_TIMEOUT": "0"],
            ["NOVA_HTTP_CORS_ORIGINS": "a.example"], ["NOVA_HTTP_CORS_ORIGINS": "https://a.example/"],
            ["NOVA_HTTP_CORS_ORIGINS": "*", "NOVA_HTTP_HOST": "0.0.0.0"],
            ["NOVA_HTTP_MAXIMUM_IN_FLIGHT_PER_KEY": "0"], ["NOVA_JOBS_DEFAULT_DEADLINE": "500ms"],
            ["NOVA_JOBS_MAXIMUM_DEADLINE": "30m"],
        ] {
            await #expect(throws: SettingsError.self, "\(environment)") { try await configuration(environment) }
        }
    }

    @Test("any origin, on the loopback address only")
    func anyOrigin() async throws {
        #expect(try await configuration(["NOVA_HTTP_CORS_ORIGINS": "*"]).corsOrigins == ["*"])
    }
}

@Suite("Configured keys")
struct ConfiguredKeysTests {
    private func load(_ text: String, origin: String = KeysFile.usualOrigin) throws -> [APIKey] {
        let file = FileManager.default.temporaryDirectory.appending(path: "nova-keys-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try ConfiguredKeys.load(file: file.path, origin: origin, now: 5).keys
    }

    @Test("a whole entry, and one with nothing but what it needs")
    func reads() async throws {
        let keys = try load(
            """
            keys:
              plain:
                key: secret-secret
                permissions: [read]
              team.a:
                hash: \(APIKeySecret.hash("other").uppercased())
                permissions: [flows:write, jobs:read]
                domains: [professional, personal]
                default_domain: personal
                limit: 5
                window: 10
                owner: team
                expires: 2030-01-01T00:00:00Z
            """
        )
        #expect(keys.map(\.id) == ["plain", "team.a"])
        #expect(keys[0].hash == APIKeySecret.hash("secret-secret"))
        #expect(keys[0].domains == ["*"])
        #expect(keys[0].limit == 100)
        #expect(keys[0].window == 60)
        #expect(keys[0].defaultDomain == "default")
        #expect(keys[1].hash == APIKeySecret.hash("other"))
        #expect(keys[1].owner == "team")
        #expect(keys[1].domains == ["professional", "personal"])
        #expect(keys[1].defaultDomain == "personal")
        #expect(keys[1].expiresAt == 1_893_456_000_000)
        #expect(keys.count { $0.isConfigured && $0.origin == "file" } == 2)
    }

    @Test("a file of an origin of its own has ids of its own")
    func origins() throws {
        let text = "keys:\n  ci:\n    key: secret-secret\n    permissions: read\n"
        let key = try #require(try load(text, origin: "eu").first)
        #expect((key.id, key.name, key.owner, key.origin) == ("eu/ci", "ci", "ci", "eu"))
    }

    @Test("a file without keys is one", arguments: ["keys: {}\n", "keys:\n", "# none yet\n", ""])
    func empty(text: String) throws {
        #expect(try load(text).isEmpty)
    }

    @Test("everything that is wrong is told at once, each with its entry")
    func allFaults() throws {
        do {
            _ = try load(
                """
                keys:
                  first:
                    key: topsecret-1
                    permissions: [read]
                    domains: [a]
                    default_domain: b
                  second:
                    key: topsecret-1
                    permision: [read]
                    permissions: [wrte]
                    limit: [1]
                    domains: []
                  third:
                    key: topsecret-1
                    permissions: {read: true}
                  fourth:
                    key: topsecret-1
                    permissions: [read]
                  fifth:
                    key: topsecret-1
                    permissions: [read]
                  sixth: topsecret-6
                key: topsecret-7
                """
            )
            Issue.record("must be refused")
        } catch let error as SettingsError {
            for text in [
                "keys.first.default_domain: \"b\" must be one of the key's domains: a",
                "keys.second.permision: is not known; did you mean permissions?",
                "keys.second.permissions: \"wrte\" must be", "did you mean write?",
                "keys.second.limit: must be a whole number from 1 to 1000000000, not a list",
                "keys.second.domains: must list at least one", "keys.third.permissions.read: is not known",
                "keys.fourth: has the secret of keys.fifth", "keys.sixth: must be a map", "key: is not known",
            ] {
                #expect("\(error)".contains(text), "\(text) in \(error)")
            }
            #expect(!"\(error)".contains("topsecret"))
        }
    }

    @Test(
        "two of one name are refused",
        arguments: [
            "keys:\n  a: {key: topsecret-1, permissions: [read]}\n  a: {key: topsecret-2, permissions: [read]}\n",
            "keys:\n  a.b: {key: topsecret-1, permissions: [read]}\n  a: {b: {key: topsecret-2}}\n",
        ]
    )
    func doubleNames(text: String) throws {
        do {
            _ = try load(text)
            Issue.record("must be refused")
        } catch {
            #expect(error is SettingsError)
            #expect(!"\(error)".contains("topsecret"))
        }
    }

    @Test(
        "what is wrong is refused, and the secret is not shown",
        arguments: [
            "key: topsecret-x", "key: topsecret-x\n    permissions: [fly]", "permissions: [read]",
            "key: topsecret-x\n    hash: aa\n    permissions: [read]",
            "key: topsecret-x\n    permissions: [read]\n    limit: 0",
            "key: topsecret-x\n    permissions: [read]\n    limits: 5", "hash: topsecret-x\n    permissions: [read]",
            "key: topsecret-x\n    permissions: [read]\n    expires: tomorrow",
            "key: topsecret-x\n    permissions: [read]\n    domains: [a]\n    default_domain: b",
            "key: topsecret-x\n    permissions: [read]\n    domains:", "key: topsecret-x\n    permissions: []",
            "key: [topsecret-x, topsecret-y]\n    permissions: [read]", "key:\n    permissions: [read]",
            "key: topsecret-x\n    permissions: [read]\n    owner: [a, b]",
            "key: topsecret-x\n    permissions: [read]\n    domains: [\"\"]",
            "key: topsecret-x\n    permissions: [read, '']",
        ]
    )
    func refused(entry: String) {
        do {
            _ = try load("keys:\n  name:\n    \(entry)\n")
            Issue.record("must be refused")
        } catch {
            #expect(error is SettingsError)
            #expect(!"\(error)".contains("topsecret"))
        }
    }
}
