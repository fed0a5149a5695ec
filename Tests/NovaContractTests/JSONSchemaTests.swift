import NovaContract
import Testing

/// Which values fit which schema.
@Suite struct JSONSchemaTests {
    private static func schema(_ json: JSONValue) throws -> JSONSchema {
        var validator = Validator()
        let schema = JSONSchema(json, at: "/s", &validator)
        try validator.finish()
        return try #require(schema)
    }

    /// Each with values that fit and values that do not; after the official test suite of JSON Schema.
    private static let cases: [(schema: JSONValue, fits: [JSONValue], not: [JSONValue])] = [
        (["type": "integer"], [1, .number(2.0), -3], [.number(1.5), "1", .null, [:]]),
        (["type": ["string", "null"]], ["", .null], [1, false]),
        (["enum": [1, "a", [:]]], [1, "a", [:]], [2, "b", [[]]]),
        (["const": ["a": 1]], [["a": 1]], [["a": 2], [:]]),
        (["required": ["a"]], [["a": .null], "not an object"], [[:], ["b": 1]]),
        (
            ["properties": ["a": ["type": "string"]], "additionalProperties": false], [[:], ["a": "x"]],
            [["a": 1], ["b": 1]]
        ),
        (["additionalProperties": ["type": "number"]], [["x": 1]], [["x": "1"]]),
        (["items": ["type": "number"], "minItems": 1, "maxItems": 2], [[1], [1, 2]], [[], [1, 2, 3], ["a"]]),
        (["uniqueItems": true], [[1, 2]], [[1, 1]]),
        (["minLength": 2, "maxLength": 3], ["ab", "🙂🙂🙂", 5], ["a", "abcd"]),
        (["minimum": 1, "exclusiveMaximum": 3], [1, .number(2.9), "x"], [0, 3]),
        (["exclusiveMinimum": 1, "maximum": 3], [2, 3], [1, 4]),
        (["anyOf": [["type": "string"], ["minimum": 5]]], ["a", 6], [4]),
        (["oneOf": [["type": "number"], ["minimum": 5]]], [4, "x"], [6]),
        (["allOf": [["minimum": 1], ["maximum": 2]]], [1, 2], [0, 3]),
        (["not": ["type": "string"]], [1], ["a"]),
        ([:], [1, "a"], []),
        (false, [], [1]),
        (
            [
                "$defs": ["node": ["properties": ["next": ["$ref": "#/$defs/node"]], "required": ["id"]]],
                "$ref": "#/$defs/node",
            ],
            [["id": 1, "next": ["id": 2]]], [["id": 1, "next": [:]]]
        ),
    ]

    @Test func valuesFitOrNot() throws {
        for each in Self.cases {
            let schema = try Self.schema(each.schema)
            for value in each.fits {
                #expect(schema.faults(of: value) == [], "\(each.schema.jsonString) \(value.jsonString)")
            }
            for value in each.not {
                #expect(schema.faults(of: value) != [], "\(each.schema.jsonString) \(value.jsonString)")
            }
        }
    }

    @Test func faultsNameTheirPlace() throws {
        let schema = try Self.schema(["properties": ["a": ["items": ["type": "string"]]]])
        #expect(schema.faults(of: ["a": ["x", 1]]) == ["/a/1: must be string, not a number"])
    }

    @Test func whatCannotBeCheckedIsRefused() {
        for (json, place) in [
            (["pattern": "a+"], "/s/pattern"), (["type": "text"], "/s/type"), (["items": 3], "/s/items"),
            (["$ref": "http://elsewhere"], "/s/$ref"), (["minLength": "x"], "/s/minLength"), ("x", "/s"),
        ] as [(JSONValue, String)] {
            let error = #expect(throws: NovaError.self) { try Self.schema(json) }
            #expect(error?.details.first?.pointer.description == place, "\(json.jsonString)")
        }
    }

    private static func refused(_ json: JSONValue) -> NovaError? {
        var validator = Validator(.request)
        _ = JSONSchema(json, at: "/s", &validator)
        do throws(NovaError) {
            try validator.finish()
            return nil
        } catch {
            return error
        }
    }

    private static func members(_ count: Int, _ value: JSONValue = [:]) -> JSONValue {
        .object(JSONObject((0..<count).map { ("a\($0)", value) }))
    }

    /// Each is one more than a client may ask for; read from a record it is as it was.
    @Test func aSchemaIsBounded() throws {
        let name = String(repeating: "n", count: 201)
        let deep = (0..<66).reduce(JSONValue.object([:])) { inner, _ in ["not": inner] }
        for (json, words) in [
            (["properties": Self.members(2_000)], "2000 schemas"),
            (["properties": [name: [:]]], "200 bytes"),
            (["description": .string(String(repeating: "x", count: 65_536))], "65536"),
            (["enum": .array((0...1_000).map { JSONValue($0) })], "1000 values"),
            (["required": .array((0...1_000).map { .string("\($0)") })], "1000 names"),
            (["anyOf": .array((0...100).map { _ in true })], "100 schemas"), (deep, "64 schemas"),
        ] as [(JSONValue, String)] {
            let error = try #require(Self.refused(json), "\(words)")
            #expect(error.code == .validationError)
            #expect(error.message.contains(words), "\(error.message)")
            #expect(error.json.jsonBytes.count < 65_536)
        }
        #expect(Self.refused(["properties": Self.members(1_999)]) == nil)
        #expect(try Self.schema(["properties": Self.members(2_000)]).faults(of: [:]) == [])
    }

    /// A megabyte of a name, with many members below it: once it took minutes, for a path at each.
    @Test func aSchemaOfAnyLengthIsReadInATimeThatItsLengthBounds() throws {
        let name = String(repeating: "n", count: 1_000_000)
        let json: JSONValue = ["properties": [name: ["properties": Self.members(10_000)]]]
        let began = ContinuousClock.now
        #expect(Self.refused(json) != nil)
        _ = try Self.schema(json)
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    /// Whatever of a schema makes its check long, for a value that is long too.
    @Test func theWorkOfACheckIsBounded() throws {
        let list: JSONValue = .array((0..<200).map { JSONValue($0) })
        let choices: JSONValue = .array((0..<1_000).map { .array([list, JSONValue($0)]) })
        let value: JSONValue = .array((0..<20_000).map { _ in .array([list, -1]) })
        let began = ContinuousClock.now
        for schema: JSONValue in [
            ["items": ["enum": choices]],
            ["items": ["uniqueItems": true, "items": ["uniqueItems": true]], "uniqueItems": true],
            [
                "items": [
                    "anyOf": .array((0..<100).map { _ in ["items": ["items": ["type": "string"]], "minItems": 9] })
                ]
            ],
            [
                "$defs": [
                    "a": ["allOf": [["$ref": "#/$defs/b"], ["$ref": "#/$defs/b"]]],
                    "b": ["allOf": [["$ref": "#/$defs/a"], ["$ref": "#/$defs/a"]]],
                ],
                "$ref": "#/$defs/a",
            ],
        ] {
            let faults = try Self.schema(schema).faults(of: value)
            #expect(!faults.isEmpty && faults.count <= 21)
            #expect(faults.allSatisfy { $0.utf8.count < 2_000 })
        }
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test func whatIsGivenUpDoesNotFit() throws {
        // Where the inner check is given up its "no" must not become a "yes".
        let loop: JSONValue = ["$defs": ["a": ["$ref": "#/$defs/a"]], "not": ["$ref": "#/$defs/a"]]
        #expect(try Self.schema(loop).faults(of: 1).first?.contains("cannot be checked") == true)
    }

    @Test func numbersOfAnyLengthAreNumbers() throws {
        let schema = try Self.schema(["type": "integer", "minimum": 1])
        for text in ["9223372036854775807", "18446744073709551615", "1e300"] {
            #expect(schema.faults(of: try JSONValue(parsing: text)) == [], "\(text)")
        }
        for text in ["-9223372036854775808", "-18446744073709551615"] {
            #expect(schema.faults(of: try JSONValue(parsing: text)).count == 1, "\(text)")
        }
    }

    @Test func aSchemaThatRefersToItselfHasAnEnd() throws {
        let twice: JSONValue = ["anyOf": [["$ref": "#/$defs/a"], ["$ref": "#/$defs/a"]]]
        let schema = try Self.schema(["$defs": ["a": twice], "$ref": "#/$defs/a"])
        #expect(schema.faults(of: 1) != [])
    }
}
