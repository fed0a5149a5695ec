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

    @Test func aSchemaThatRefersToItselfHasAnEnd() throws {
        let twice: JSONValue = ["anyOf": [["$ref": "#/$defs/a"], ["$ref": "#/$defs/a"]]]
        let schema = try Self.schema(["$defs": ["a": twice], "$ref": "#/$defs/a"])
        #expect(schema.faults(of: 1) != [])
    }
}
