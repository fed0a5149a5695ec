import Testing

@testable import NovaService

@Suite struct SettingsFaultTests {
    @Test func allFaultsAreFoundAtOnceAndEachOnce() async throws {
        let environment = [
            "NOVA_A": "x", "NOVA_B": "-1s", "NOVA_C": "maybe", "NOVA_D": "0", "NOVA_E": "loud", "NOVA_F": "1",
            "NOVA_S_FILE": "/nowhere/at/all", "NOVA_P": "a",
        ]
        let settings = try await Settings.load(file: nil, environment: environment).collecting()
        enum Word: String, CaseIterable { case quiet }
        for _ in 0..<2 { #expect(try settings.int("a", default: 7, in: 1...9) == 7) }
        #expect(try settings.duration("b", default: .seconds(3)) == .seconds(3))
        #expect(try settings.bool("c", default: true))
        #expect(try settings.positive("d", default: .seconds(4)) == .seconds(4))
        #expect(try settings.choice("e", default: Word.quiet) == .quiet)
        #expect(try settings.int("f", default: 7, in: 1...9) == 1)
        #expect(try settings.secret("s") == nil)
        #expect(try settings.strings(under: "p") == [:])
        #expect(try settings.optionalInt("a", in: 1...9) != nil)
        #expect(try settings.optionalInt("g", in: 1...9) == nil)
        #expect(settings.faults.map(\.key) == ["a", "b", "c", "d", "e", "s.file", "p"])
    }

    @Test(arguments: [
        ("NOVA_HTTP_PROT", "NOVA_HTTP_PORT"), ("NOVA_REDIS_PASWORD", "NOVA_REDIS_PASSWORD"),
        ("NOVA_CONFG", "NOVA_CONFIG"), ("NOVA_HTTP_MAXIMUM_CONECTIONS", "NOVA_HTTP_MAXIMUM_CONNECTIONS"),
        ("NOVA_SOMETHING_ELSE", nil),
    ])
    func aVariableThatIsNotKnownIsToldWithWhatWasMeant(name: String, meant: String?) async throws {
        let environment = [
            name: "1", "NOVA_LLM_MODEL": "m", "NOVA_REDIS_PASSWORD_FILE": "/f", "NOVA_UNSET": "", "OTHER": "1",
        ]
        let settings = try await Settings.load(file: nil, environment: environment)
        let unknown = settings.unknownNames([SampleSettings.self])
        #expect(unknown.map(\.name) == [name])
        #expect(unknown.first?.suggestion == meant)
        #expect("\(unknown[0])".hasSuffix(meant.map { "has no effect: did you mean \($0)?" } ?? "has no effect"))
    }

    @Test func aNameOfTheFileThatIsNotKnownIsToldWithWhatWasMeant() async throws {
        let settings = try await withTemporaryFile("http: {prot: 1}".utf8) {
            try await Settings.load(file: $0, environment: [:])
        }
        _ = try settings.int("http.port", default: 1, in: 1...2)
        #expect(settings.unknownNames([]).map(\.suggestion) == ["http.port"])
    }
}
