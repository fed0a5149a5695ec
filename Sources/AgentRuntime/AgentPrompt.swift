package import LLMClient
package import NovaContract

/// What a model is told first: who it is, and what it is to do.
package struct AgentPrompt: Sendable, Equatable {
    package let messages: [ChatMessage]
    /// What the answer must be like; nil: any text.
    package let schema: JSONSchema?
    /// Why the schema that the task asks for cannot be checked; then nothing is to be asked.
    package let fault: String?

    /// - Parameters:
    ///   - type: of the task.
    ///   - parameters: of the task. `instruction` and `input` are said as such, `schema` (or `output_schema`) goes before the
    ///     agent's own `output`.
    package init(agentID: String, profile: ModelProfile, type: String, parameters: JSONValue) {
        // A client's, whichever way it came here.
        var validator = Validator(.request)
        let asked = [parameters["schema"], parameters["output_schema"]].compactMap(\.self).first { $0 != .null }
        let schema = asked.map { JSONSchema($0, at: "/schema", &validator) } ?? profile.output
        fault = validator.details.first.map { "\($0.pointer): \($0.message)" }
        self.schema = schema
        messages = [
            ChatMessage(.system, Self.system(agentID, profile)),
            ChatMessage(.user, Self.user(type, parameters, asked ?? schema?.json)),
        ]
    }

    private static func system(_ agentID: String, _ profile: ModelProfile) -> String {
        var parts: [String] = []
        switch profile.persona {
        case .string(let text): parts.append(text)
        case .object(let members):
            let name = members["name"]?.stringValue ?? agentID
            parts.append("You are \(name). Think, decide and speak as this person would. What is known of you:")
            parts.append(PersonaText.outline(profile.persona))
        default: parts.append("You are the agent \(agentID).")
        }
        if !profile.goals.isEmpty {
            parts.append("Your goals:\n" + profile.goals.map { "- \($0)" }.joined(separator: "\n"))
        }
        if !profile.instructions.isEmpty { parts.append(profile.instructions) }
        return parts.joined(separator: "\n\n")
    }

    private static func user(_ type: String, _ parameters: JSONValue, _ schema: JSONValue?) -> String {
        var parts: [String] = []
        let known: Set<String> = ["schema", "output_schema", "coordination_id"]
        if let instruction = parameters["instruction"]?.stringValue, !instruction.trimmingBlanks.isEmpty {
            parts.append(instruction)
            if let input = parameters["input"], input != .null { parts.append("Given:\n" + PersonaText.outline(input)) }
        } else {
            let rest = (parameters.objectValue ?? [:]).filter { !known.contains($0.key) }
            parts.append("Your task is of the type \"\(type)\".")
            if !rest.isEmpty { parts.append("Given:\n" + PersonaText.outline(.object(rest))) }
        }
        if let schema {
            parts.append(
                "Answer with one JSON value and nothing else, no code fence, that fits this JSON Schema:\n"
                    + schema.jsonString
            )
        }
        return parts.joined(separator: "\n\n")
    }
}
