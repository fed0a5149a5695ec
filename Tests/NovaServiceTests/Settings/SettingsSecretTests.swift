import Testing

@testable import NovaService

@Suite struct SettingsSecretTests {
    private func settings(_ environment: [String: String], yaml: String = "") async throws -> Settings {
        try await withTemporaryFile(yaml.utf8) { try await Settings.load(file: $0, environment: environment) }
    }

    @Test func aSecretComesFromTheVariableItsFileOrTheYAML() async throws {
        try await withTemporaryFile("from file\n".utf8) { path in
            let yaml = "redis: {password: from yaml}"
            let fileInYAML = "redis: {password: {file: \(path)}}"
            let cases: [(environment: [String: String], yaml: String, secret: String?)] = [
                (["NOVA_REDIS_PASSWORD": "direct"], yaml, "direct"),
                (["NOVA_REDIS_PASSWORD_FILE": path], yaml, "from file"),
                ([:], yaml, "from yaml"), ([:], fileInYAML, "from file"), ([:], "", nil),
            ]
            for place in cases {
                let settings = try await self.settings(place.environment, yaml: place.yaml)
                #expect(try settings.secret("redis.password") == place.secret)
            }
        }
    }

    @Test func bothWaysAtOnceAreRefused() async throws {
        let settings = try await self.settings(["NOVA_S": "hunter2", "NOVA_S_FILE": "/nonexistent"])
        let error = #expect(throws: SettingsError.self) { try settings.secret("s") }
        #expect(error?.description == "setting s (from NOVA_S): set s or s.file, not both")
    }

    @Test func bothKeysOfASecretAreKnown() async throws {
        let settings = try await self.settings(
            ["NOVA_REDIS_PASSWORD": "x"],
            yaml: "redis: {password: {file: /nonexistent}}"
        )
        #expect(settings.unknownNames([SampleSettings.self]).map(\.name) == ["redis.password.file"])
        #expect(try settings.secret("redis.password") == "x")
        #expect(settings.unknownNames([SampleSettings.self]).map(\.name) == [])
    }

    @Test(arguments: [("hunter2\r\n", "hunter2"), ("hunter2\n\n", "hunter2\n"), (" a b ", " a b "), ("é\n", "é")])
    func onlyOneLineEndIsDropped(content: String, secret: String) async throws {
        try await withTemporaryFile(content.utf8) { path in
            let settings = try await self.settings(["NOVA_S_FILE": path])
            #expect(try settings.secret("s") == secret)
        }
    }

    @Test func filesThatCannotBeASecretAreRefused() async throws {
        let contents: [[UInt8]] = [[], [0x0a], [0xff, 0xfe], Array(repeating: 0x61, count: 65_537)]
        for content in contents {
            try await withTemporaryFile(content) { path in
                let settings = try await self.settings(["NOVA_S_FILE": path])
                let error = #expect(throws: SettingsError.self) { try settings.secret("s") }
                #expect(error?.key == "s.file")
                #expect(error?.value == path)
            }
        }
        let settings = try await self.settings(["NOVA_S_FILE": "/nonexistent/secret"])
        #expect(throws: SettingsError.self) { try settings.secret("s") }
    }
}
