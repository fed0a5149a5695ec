package import NovaContract

/// A question to a model, in the form of OpenAI's `POST /chat/completions`.
package struct ChatRequest: Sendable, Equatable {
    package var model: String
    package var messages: [ChatMessage]
    package var tools: [ChatTool]
    /// What the answer must be like; also said in the messages, since not every server heeds it.
    package var schema: JSONValue?
    package var temperature: Double?
    /// Of the answer.
    package var maximumTokens: Int?
    package var seed: Int?

    package init(model: String, messages: [ChatMessage], tools: [ChatTool] = [], schema: JSONValue? = nil) {
        self.model = model
        self.messages = messages
        self.tools = tools
        self.schema = schema
    }

    /// As it is sent, without what the server is known not to take.
    func json(_ concessions: Concessions = Concessions()) -> JSONValue {
        var members: JSONObject = [
            "model": .string(model), "messages": .array(concessions.told(messages).map(\.json)),
            "stream": .bool(concessions.has(.stream)),
        ]
        if concessions.has(.stream), concessions.has(.streamOptions) {
            members["stream_options"] = ["include_usage": true]
        }
        if !tools.isEmpty { members["tools"] = .array(tools.map(\.json)) }
        if let schema, concessions.has(.schema) {
            members["response_format"] = [
                "type": "json_schema", "json_schema": ["name": "answer", "schema": schema],
            ]
        }
        if let temperature, concessions.has(.temperature) { members["temperature"] = JSONValue(temperature) }
        if let maximumTokens, let name = concessions.limitName { members[name] = JSONValue(maximumTokens) }
        if let seed, concessions.has(.seed) { members["seed"] = JSONValue(seed) }
        return .object(members)
    }
}

/// One message of a conversation with a model.
package struct ChatMessage: Sendable, Equatable {
    package enum Role: String, Sendable {
        case system, developer, user, assistant, tool
    }

    package let role: Role
    package let content: String
    /// Of an assistant's message.
    package var toolCalls: [ToolCall] = []
    /// Of a tool's message: which call it answers.
    package var toolCallID: String?

    package init(_ role: Role, _ content: String, toolCalls: [ToolCall] = [], toolCallID: String? = nil) {
        self.role = role
        self.content = content
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
    }

    var json: JSONValue {
        var members: JSONObject = ["role": .string(role.rawValue), "content": .string(content)]
        if !toolCalls.isEmpty {
            // Beside calls nothing need be said, and servers refuse a text that is empty.
            if content.isEmpty { members["content"] = .null }
            members["tool_calls"] = .array(
                toolCalls.map {
                    [
                        "id": .string($0.id), "type": "function",
                        "function": ["name": .string($0.name), "arguments": .string($0.arguments)],
                    ]
                }
            )
        }
        if let toolCallID { members["tool_call_id"] = .string(toolCallID) }
        return .object(members)
    }
}

/// A tool that the model may ask for.
package struct ChatTool: Sendable, Equatable {
    package let name: String
    package let description: String
    /// A JSON Schema of the arguments.
    package let parameters: JSONValue

    package init(name: String, description: String, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }

    var json: JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(name), "description": .string(description), "parameters": parameters,
            ],
        ]
    }
}

/// What a model asks of a tool.
package struct ToolCall: Sendable, Equatable {
    package var id: String
    package var name: String
    /// JSON, as far as the model wrote it well.
    package var arguments: String

    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}
