import Testing

@testable import NovaService

@Suite struct SettingsTests {
    private static let yaml = """
        http:
          host: 0.0.0.0
          port: 9000
          origins: [https://a.example, "https://b.example"]
        limits: { wait: 250ms, share: 0.25, strict: "off", window: 90 }
        kafka:
          brokers:
            - one:9092
            - two:9092
          properties:
            security.protocol: SASL_SSL
            sasl.mechanism: PLAIN
            enable.metrics.push: false
        redis:
          url: null
          user: ~
          name:
        """

    private func load(_ environment: [String: String] = [:], yaml: String = yaml) async throws -> Settings {
        try await withTemporaryFile(yaml.utf8) { try await Settings.load(file: $0, environment: environment) }
    }

    @Test func fileIsReadByDottedKey() async throws {
        let settings = try await load()
        #expect(settings.string("http.host", default: "x") == "0.0.0.0")
        #expect(try settings.int("http.port", default: 1, in: 1...65_535) == 9000)
        #expect(try settings.duration("limits.wait", default: .zero) == .milliseconds(250))
        #expect(try settings.duration("limits.window", default: .zero) == .seconds(90))
        #expect(try settings.double("limits.share", default: 1, in: 0...1) == 0.25)
        #expect(try settings.bool("limits.strict", default: true) == false)
        #expect(settings.stringArray("http.origins", default: []) == ["https://a.example", "https://b.example"])
        #expect(settings.string("kafka.brokers", default: "") == "one:9092,two:9092")
    }

    @Test func environmentWinsOverFile() async throws {
        let settings = try await load([
            "NOVA_HTTP_PORT": "8004", "NOVA_HTTP_ORIGINS": " https://c.example , https://d.example,",
            "HTTP_HOST": "10.0.0.1", "NOVA_LIMITS_WAIT": "2m",
        ])
        #expect(try settings.int("http.port", default: 1, in: 1...65_535) == 8004)
        #expect(settings.stringArray("http.origins", default: []) == ["https://c.example", "https://d.example"])
        #expect(try settings.duration("limits.wait", default: .zero) == .seconds(120))
        // Only variables that begin with NOVA_ count.
        #expect(settings.string("http.host", default: "x") == "0.0.0.0")
    }

    @Test func underscoresInKeysStandForThemselves() async throws {
        let settings = try await Settings.load(
            file: nil,
            environment: ["NOVA_LLM_BASE_URL": "http://127.0.0.1:1234/v1"]
        )
        #expect(settings.optionalString("llm.base_url") == "http://127.0.0.1:1234/v1")
    }

    @Test func emptyAndNullCountAsNotSet() async throws {
        let settings = try await load(["NOVA_HTTP_PORT": "", "NOVA_REDIS_POOL": ""])
        #expect(try settings.int("http.port", default: 1, in: 1...65_535) == 9000)
        #expect(try settings.int("redis.pool", default: 7, in: 1...8) == 7)
        #expect(settings.optionalString("redis.url") == nil)
        #expect(settings.optionalString("redis.user") == nil)
        #expect(settings.optionalString("redis.name") == nil)
        #expect(settings.string("nowhere", default: "fallback") == "fallback")
        #expect(settings.stringArray("nowhere", default: ["a"]) == ["a"])
    }

    @Test func propertiesKeepDotsAndAreOverriddenOneByOne() async throws {
        let settings = try await load([
            "NOVA_KAFKA_PROPERTIES": #"sasl.mechanism=SCRAM-SHA-256; sasl.password=a=b\;c\\d ;"#
        ])
        #expect(
            try settings.strings(under: "kafka.properties") == [
                "security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-256", "enable.metrics.push": "false",
                "sasl.password": #"a=b;c\d"#,
            ]
        )
    }

    @Test func malformedPropertiesAreRefusedWithoutShowingThem() async throws {
        let settings = try await load(["NOVA_KAFKA_PROPERTIES": "sasl.password=hunter2;oops"])
        let error = #expect(throws: SettingsError.self) { try settings.strings(under: "kafka.properties") }
        #expect(error?.description.contains("NOVA_KAFKA_PROPERTIES") == true)
        #expect(error?.description.contains("entry 2") == true)
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.contains("oops") == false)
    }

    @Test func keysThatNobodyAskedForAreReported() async throws {
        let settings = try await load(
            yaml: "http:\n  prot: 1\n  host: a\nkafka:\n  properties: {a.b: c}\n  propertiesX: d"
        )
        #expect(
            settings.unknownNames([]).map(\.name) == [
                "http.host", "http.prot", "kafka.properties.a.b", "kafka.propertiesX",
            ]
        )
        _ = settings.string("http.host", default: "")
        _ = try settings.int("http.port", default: 1, in: 1...2)
        _ = try settings.strings(under: "kafka.properties")
        #expect(settings.unknownNames([]).map(\.name) == ["http.prot", "kafka.propertiesX"])
    }

    @Test func aKeyIsKnownAlsoWhenTheEnvironmentAnswersForIt() async throws {
        let settings = try await load(["NOVA_HTTP_HOST": "b"], yaml: "http: {host: a}")
        #expect(settings.string("http.host", default: "") == "b")
        #expect(settings.unknownNames([SampleSettings.self]).map(\.name) == [])
    }

    @Test(arguments: [
        ("0", 0), ("5", 5_000), ("5s", 5_000), ("500ms", 500), ("1.5s", 1_500), ("2m", 120_000), ("0.5h", 1_800_000),
        ("365.0", 365_000),
    ])
    func durationsAreRead(text: String, milliseconds: Int) async throws {
        let settings = try await Settings.load(file: nil, environment: ["NOVA_T": " \(text) "])
        #expect(try settings.duration("t", default: .zero) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "-1", "5 s", "5S", "s", "ms", ".5", "1e3", "0x10", "nan", "inf", "1..2", "5sec", "5d", "9000h", "1,5", "٣s",
    ])
    func otherDurationsAreRefused(text: String) async throws {
        let settings = try await Settings.load(file: nil, environment: ["NOVA_T": text])
        let error = #expect(throws: SettingsError.self) { try settings.duration("t", default: .zero) }
        #expect(error?.value == text)
    }

    @Test(arguments: [("TRUE", true), ("yes", true), ("on", true), ("1", true), ("No", false), ("0", false)])
    func booleansAreRead(text: String, value: Bool) async throws {
        let settings = try await Settings.load(file: nil, environment: ["NOVA_B": text])
        #expect(try settings.bool("b", default: !value) == value)
    }
}
