import Foundation
import Testing

@testable import NovaService

@Suite struct SettingsErrorTests {
    @Test func wrongNumberNamesKeyValuePlaceAndWhatIsRight() async throws {
        let settings = try await Settings.load(file: nil, environment: ["NOVA_HTTP_PORT": "80x"])
        let error = #expect(throws: SettingsError.self) { try settings.int("http.port", default: 1, in: 1...65_535) }
        #expect(
            error?.description
                == #"setting http.port = "80x" (from NOVA_HTTP_PORT): must be a whole number from 1 to 65535"#
        )
    }

    @Test(arguments: ["0", "65536", "1.0", "", " ", "1 2", "99999999999999999999"])
    func wholeNumbersStayInRange(text: String) async throws {
        let settings = try await Settings.load(file: nil, environment: ["NOVA_P": text])
        if text.isEmpty {
            #expect(try settings.int("p", default: 3, in: 1...65_535) == 3)
        } else {
            #expect(throws: SettingsError.self) { try settings.int("p", default: 3, in: 1...65_535) }
        }
    }

    @Test(arguments: ["nan", "inf", "-0.1", "1.1", "half"])
    func numbersAreFiniteAndInRange(text: String) async throws {
        let settings = try await Settings.load(file: nil, environment: ["NOVA_X": text])
        #expect(throws: SettingsError.self) { try settings.double("x", default: 1, in: 0...1) }
    }

    @Test func aListIsNoNumberAndTheFileIsNamed() async throws {
        try await withTemporaryFile("http: {port: [1, 2]}".utf8) { path in
            let settings = try await Settings.load(file: path, environment: [:])
            let error = #expect(throws: SettingsError.self) { try settings.int("http.port", default: 1, in: 1...9) }
            #expect(error?.source == path)
            #expect(error?.value == "1,2")
        }
    }

    @Test func aFileThatIsNamedMustBeThere() async throws {
        let path = "/nonexistent/nova-\(UUID().uuidString).yaml"
        let named = await #expect(throws: SettingsError.self) { try await Settings.load(file: path, environment: [:]) }
        #expect(named?.description == "settings file \(path): there is no such file")
        let fromEnvironment = await #expect(throws: SettingsError.self) {
            try await Settings.load(file: nil, environment: ["NOVA_CONFIG": path])
        }
        #expect(fromEnvironment == named)
    }

    @Test func aFileInTheArgumentsWinsOverTheVariable() async throws {
        try await withTemporaryFile("a: 1".utf8) { path in
            let settings = try await Settings.load(file: path, environment: ["NOVA_CONFIG": "/nonexistent/x"])
            #expect(settings.string("a", default: "") == "1")
        }
    }

    @Test(arguments: ["", "# only a comment\n\n  # and another\r\n", "---\n# nothing\n", "{}"])
    func aFileMaySayNothing(yaml: String) async throws {
        try await withTemporaryFile(yaml.utf8) { path in
            let settings = try await Settings.load(file: path, environment: [:])
            #expect(settings.string("a", default: "b") == "b")
            #expect(settings.unknownNames([]).map(\.name) == [])
        }
    }

    @Test(arguments: [
        ("a: 1\nb: [hunter2", "3:1"), ("a:\n  b: 1\n c: hunter2\n", "3:"), ("a: \"hunter2", "1:"),
        ("a: b: hunter2", "1:5"), ("\tpassword: hunter2", "1:1"), ("password: *hunter2", "1:"),
    ])
    func badYAMLTellsThePlaceButNotTheText(yaml: String, place: String) async throws {
        try await withTemporaryFile(yaml.utf8) { path in
            let error = await #expect(throws: SettingsError.self) {
                try await Settings.load(file: path, environment: [:])
            }
            let text = try #require(error?.description)
            #expect(text.hasPrefix("settings file \(path): not usable as YAML: "))
            #expect(text.contains(place))
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("\n"))
        }
    }

    @Test(arguments: ["- a\n- b\n", "just text", "a: 1\na: 2\n", "a:\n  - {b: c}\n"])
    func otherShapesAreRefused(yaml: String) async throws {
        try await withTemporaryFile(yaml.utf8) { path in
            await #expect(throws: SettingsError.self) { try await Settings.load(file: path, environment: [:]) }
        }
    }

    @Test func aFileThatIsNotTextIsRefused() async throws {
        try await withTemporaryFile([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a] as [UInt8]) { path in
            await #expect(throws: SettingsError.self) { try await Settings.load(file: path, environment: [:]) }
        }
    }
}
