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
    private func load(_ text: String) async throws -> [APIKey] {
        let file = FileManager.default.temporaryDirectory.appending(path: "nova-keys-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await ConfiguredKeys.load(file: file.path, now: 5)
    }

    @Test("a whole entry, and one with nothing but what it needs")
    func reads() async throws {
        let keys = try await load(
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
        #expect(keys.count { $0.isConfigured } == 2)
    }

    @Test(
        "what is wrong is refused, and the secret is not shown",
        arguments: [
            "key: topsecret-x", "key: topsecret-x\n    permissions: [fly]", "permissions: [read]",
            "key: topsecret-x\n    hash: aa\n    permissions: [read]",
            "key: topsecret-x\n    permissions: [read]\n    limit: 0",
            "key: topsecret-x\n    permissions: [read]\n    limits: 5", "hash: topsecret-x\n    permissions: [read]",
            "key: topsecret-x\n    permissions: [read]\n    expires: tomorrow",
        ]
    )
    func refused(entry: String) async {
        do {
            _ = try await load("keys:\n  name:\n    \(entry)\n")
            Issue.record("must be refused")
        } catch {
            #expect(error is SettingsError)
            #expect(!"\(error)".contains("topsecret"))
        }
    }
}
