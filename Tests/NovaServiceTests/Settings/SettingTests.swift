import Testing

@testable import NovaService

/// Settings as a room declares them.
struct SampleSettings: SettingGroup {
    enum Word: String, CaseIterable, Sendable { case quiet, loud }

    static let readers: [NovaProgram] = [.gateway]

    let port = Setting.integer("http.port", default: 8_003, in: 0...65_535, "Port to listen on.")
    let connections = Setting.integer("http.maximum_connections", default: 10, in: 1...20, "Connections.")
    let password = Setting.secret("redis.password", "Password.")
    let pool = Setting.integer("redis.pool", orDefault: "auto", in: 1...256, "Connections.")
    let model = Setting.optionalText("llm.model", "Model.")
    let health = Setting.optionalInteger("health.port", in: 0...9, "Port.")
    let share = Setting.number("share", default: 0.02, in: 0.000_001...1, "Share.")
    let wait = Setting.duration("wait", default: .seconds(90), "Wait.")
    let tick = Setting.positive("tick", default: .milliseconds(250), "Tick.")
    let deadline = Setting.duration("deadline", default: .seconds(3_600), atLeast: .seconds(1), "Deadline.")
    let isOn = Setting.boolean("is_on", default: true, "Whether.")
    let origins = Setting.list("origins", "Origins.")
    let word = Setting.choice("word", default: Word.quiet, "Word.")
    let properties = Setting.properties("kafka.properties", example: ["a: b"], "Properties.")
    let host = Setting.text("http.host", default: "127.0.0.1", "Host.")
}

@Suite struct SettingTests {
    private struct Broken: SettingGroup {
        static let readers: [NovaProgram] = []
        let number = 1
    }

    private func settings(_ environment: [String: String] = [:]) async throws -> Settings {
        try await Settings.load(file: nil, environment: environment)
    }

    @Test func aGroupTellsItsSettingsInTheOrderInWhichTheyAreWritten() {
        let declarations = SampleSettings.declarations
        #expect(declarations.map(\.name).prefix(3) == ["http.port", "http.maximum_connections", "redis.password"])
        #expect(
            declarations.map(\.kind.values) == [
                "0 to 65535", "1 to 20", "secret", "auto, or 1 to 256", "text", "0 to 9", "0.000001 to 1", "duration",
                "duration, longer than 0s", "duration, 1s or longer", "true or false", "list", "quiet, loud",
                "names and values", "text",
            ]
        )
        #expect(
            declarations.map(\.defaultText) == [
                "8003", "10", "", "auto", "", "", "0.02", "90s", "250ms", "1h", "true", "[]", "quiet", "", "127.0.0.1",
            ]
        )
        #expect(declarations[1].variable == "NOVA_HTTP_MAXIMUM_CONNECTIONS")
        #expect(declarations[2].names == ["redis.password", "redis.password.file"])
    }

    @Test func whatIsNotSetIsTheDefault() async throws {
        let settings = try await settings()
        #expect(try settings[\SampleSettings.port] == 8_003)
        #expect(try settings[\SampleSettings.host] == "127.0.0.1")
        #expect(try settings[\SampleSettings.password] == nil)
        #expect(try settings[\SampleSettings.pool] == nil)
        #expect(try settings[\SampleSettings.health] == nil)
        #expect(try settings[\SampleSettings.tick] == .milliseconds(250))
        #expect(try settings[\SampleSettings.origins] == [])
        #expect(try settings[\SampleSettings.word] == .quiet)
    }

    @Test func whatIsSetIsRead() async throws {
        let settings = try await settings([
            "NOVA_HTTP_PORT": "1", "NOVA_REDIS_POOL": "3", "NOVA_LLM_MODEL": "m", "NOVA_HEALTH_PORT": "0",
            "NOVA_SHARE": "1",
            "NOVA_WAIT": "2m", "NOVA_DEADLINE": "1s", "NOVA_IS_ON": "no", "NOVA_ORIGINS": "a, b", "NOVA_WORD": "LOUD",
            "NOVA_KAFKA_PROPERTIES": "a=b",
        ])
        #expect(try settings[\SampleSettings.port] == 1)
        #expect(try settings[\SampleSettings.pool] == 3)
        #expect(try settings[\SampleSettings.model] == "m")
        #expect(try settings[\SampleSettings.health] == 0)
        #expect(try settings[\SampleSettings.share] == 1)
        #expect(try settings[\SampleSettings.wait] == .seconds(120))
        #expect(try settings[\SampleSettings.deadline] == .seconds(1))
        #expect(try settings[\SampleSettings.isOn] == false)
        #expect(try settings[\SampleSettings.origins] == ["a", "b"])
        #expect(try settings[\SampleSettings.word] == .loud)
        #expect(try settings[\SampleSettings.properties] == ["a": "b"])
    }

    @Test(arguments: [
        ("NOVA_HTTP_PORT", "x", "must be a whole number from 0 to 65535"),
        ("NOVA_REDIS_POOL", "0", "must be a whole number from 1 to 256"),
        ("NOVA_SHARE", "2", "must be a number from 1e-06 to 1.0"),
        ("NOVA_WAIT", "-1", "must be a duration such as 500ms, 5s, 2m, 1h or a number of seconds"),
        ("NOVA_TICK", "0", "must be longer than zero"), ("NOVA_DEADLINE", "500ms", "must be 1s or longer"),
        ("NOVA_IS_ON", "maybe", "must be true or false"), ("NOVA_WORD", "soft", "must be one of quiet, loud"),
    ])
    func whatIsWrongIsToldWithWhatWouldBeRight(variable: String, value: String, problem: String) async throws {
        let settings = try await settings([variable: value]).collecting()
        _ = try settings[\SampleSettings.port]
        _ = try settings[\SampleSettings.pool]
        _ = try settings[\SampleSettings.share]
        _ = try settings[\SampleSettings.wait]
        _ = try settings[\SampleSettings.tick]
        _ = try settings[\SampleSettings.deadline]
        _ = try settings[\SampleSettings.isOn]
        _ = try settings[\SampleSettings.word]
        #expect(settings.faults.map(\.problem) == [problem])
    }

    @Test func aBoundThatOthersSetRaisesTheDefaultAndIsToldWhereItIsBroken() async throws {
        let settings = try await settings(["NOVA_HTTP_MAXIMUM_CONNECTIONS": "14"])
        #expect(try await self.settings().value(\SampleSettings.connections, atLeast: 15) == 15)
        #expect(try settings.value(\SampleSettings.connections, atLeast: 14) == 14)
        let error = #expect(throws: SettingsError.self) {
            try settings.value(\SampleSettings.connections, atLeast: 15)
        }
        #expect(error?.problem == "must be a whole number from 15 to 20")
    }

    @Test func whatIsReadOrDeclaredIsKnown() async throws {
        let settings = try await settings([
            "NOVA_HTTP_PORT": "1", "NOVA_REDIS_PASSWORD_FILE": "/f", "NOVA_KAFKA_PROPERTIES": "a=b", "NOVA_CONFIG": "",
            "NOVA_NONE": "1",
        ])
        _ = try settings[\SampleSettings.port]
        #expect(settings.unknownNames([SampleSettings.self]).map(\.name) == ["NOVA_NONE"])
    }

    @Test func aGroupThatIsReadAndNotListedEndsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            let settings = try await Settings.load(file: nil, environment: [:])
            _ = try settings[\SampleSettings.port]
            _ = settings.unknownNames([])
        }
    }

    @Test func aPropertyThatIsNoSettingEndsTheProcess() async {
        await #expect(processExitsWith: .failure) { _ = Broken.declarations }
    }

    @Test(arguments: ["gateway", "nova-gateway"]) func programsAreNamedInTwoWays(name: String) {
        #expect(NovaProgram(named: name) == .gateway)
        #expect(NovaProgram(named: name + "x") == nil)
    }
}
