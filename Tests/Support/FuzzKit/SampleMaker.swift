import DocumentKit
import NovaContract
import NovaTestKit

/// Makes valid values out of the document's schemas.
struct SampleMaker: Sendable {
    let components: JSONValue
    /// Few names, so that requests meet each other's entities.
    static let names = ["a", "b", "c", "d", "gpu", "e-1", "n 2", "ünï"]

    func value(_ schema: JSONValue, _ random: inout SplitMix64, name: String = "", depth: Int = 0) -> JSONValue {
        let schema = resolved(schema)
        if let only = schema["const"] { return only }
        if let choices = schema["enum"]?.arrayValue, !choices.isEmpty { return choices[random.below(choices.count)] }
        if let examples = schema["examples"]?.arrayValue, !examples.isEmpty, random.below(2) == 0 {
            return examples[random.below(examples.count)]
        }
        for word in ["oneOf", "anyOf"] {
            // A part that only asks for members changes nothing of the shape.
            let shapes = (schema[word]?.arrayValue ?? []).filter { $0["required"] == nil || $0["properties"] != nil }
            if !shapes.isEmpty { return value(shapes[random.below(shapes.count)], &random, name: name, depth: depth) }
        }
        let types = schema["type"]?.arrayValue ?? schema["type"].map { [$0] } ?? []
        switch types.isEmpty ? guess(schema) : types[random.below(types.count)].stringValue {
        case "object": return object(schema, &random, depth)
        case "array":
            guard depth < 6 else { return [] }
            let least = schema["minItems"]?.intValue ?? 0
            let count = max(least, random.below(4))
            return .array((0..<count).map { _ in value(schema["items"] ?? [:], &random, name: name, depth: depth + 1) })
        case "integer": return JSONValue(Int(number(schema, &random).rounded()))
        case "number": return JSONValue(number(schema, &random))
        case "boolean": return .bool(random.below(2) == 0)
        case "null": return nil
        case "string": return .string(text(schema, &random, name))
        default: return [1, "free", ["a": nil]]
        }
    }

    func resolved(_ schema: JSONValue) -> JSONValue {
        guard let reference = schema["$ref"]?.stringValue else { return schema }
        return reference.split(separator: "/").dropFirst(2).reduce(components) { $0[String($1)] ?? .null }
    }

    private func guess(_ schema: JSONValue) -> String? {
        schema["properties"] != nil || schema["allOf"] != nil || schema["additionalProperties"] != nil ? "object" : nil
    }

    private func object(_ schema: JSONValue, _ random: inout SplitMix64, _ depth: Int) -> JSONValue {
        var members = JSONObject()
        for part in schema["allOf"]?.arrayValue ?? [] {
            members.merge(value(part, &random, depth: depth).objectValue ?? [:]) { $1 }
        }
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for (name, inner) in schema["properties"]?.objectValue?.sortedMembers ?? [] {
            guard required.contains(name) || (depth < 5 && random.below(3) == 0) else { continue }
            members[name] = value(inner, &random, name: name, depth: depth + 1)
        }
        if let inner = schema["additionalProperties"], inner.objectValue != nil, depth < 5 {
            for _ in 0..<random.below(3) {
                members[Self.names[random.below(Self.names.count)]] = value(inner, &random, depth: depth + 1)
            }
        }
        return .object(members)
    }

    private func number(_ schema: JSONValue, _ random: inout SplitMix64) -> Double {
        let least = schema["minimum"]?.doubleValue ?? schema["exclusiveMinimum"]?.doubleValue ?? 0
        let most = min(schema["maximum"]?.doubleValue ?? least + 10, least + 1e6)
        switch random.below(4) {
        case 0: return least
        case 1: return most
        default: return min(most, max(least, (least + Double(random.below(10))).rounded()))
        }
    }

    private func text(_ schema: JSONValue, _ random: inout SplitMix64, _ name: String) -> String {
        if schema["format"] == "date-time" || name == "deadline" { return "2031-01-31T12:00:00Z" }
        return Self.names[random.below(Self.names.count)]
    }
}
