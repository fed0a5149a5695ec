/// What makes an agent of kind `model`: who it is, which model speaks for it, what it may use.
package struct ModelProfile: Sendable, Equatable {
    /// Something the model may ask for.
    ///
    /// Each call becomes a task of type `tool.NAME` with the arguments as its parameters, for any agent that meets
    /// `capabilities` and `agents`; its result is what the model is told.
    package struct Tool: Sendable, Equatable {
        package let name: String
        package let description: String
        /// Of the arguments.
        package let parameters: JSONSchema
        package let capabilities: [String]
        package let agents: [String]
    }

    /// What one task may use at most.
    package struct Budget: Sendable, Equatable {
        /// Prompts and answers together; counted between turns, so that the last one may exceed it.
        package var tokens = 50_000
        package var seconds: Double = 300
        /// Questions to the model, those that ask for tools and those that ask it to mend its answer included.
        package var turns = 12
        /// How often it is asked to mend an answer that is not what was asked for.
        package var repairs = 2
    }

    /// Nil: the worker's default.
    package let model: String?
    package let temperature: Double?
    /// Of one answer.
    package let maximumTokens: Int?
    package let seed: Int?
    /// Free: a sentence, or an object such as a TinyTroupe specification holds.
    package let persona: JSONValue
    package let goals: [String]
    package let instructions: String
    package let tools: [Tool]
    /// What results must be like, where the task itself does not say.
    package let output: JSONSchema?
    package let budget: Budget

    /// The members of an agent's body that are read here.
    package static let members = [
        "model", "persona", "goals", "instructions", "tools", "output", "budget",
    ]
    package static let maximumGoals = 100

    package init(_ given: JSONObject, _ validator: inout Validator) {
        let model = Self.model(given["model"], &validator)
        validator.known(model, ["name", "temperature", "max_tokens", "seed"], at: "/model")
        self.model = validator.string(model["name"], "/model/name", length: 1...200)
        temperature = validator.number(model["temperature"], "/model/temperature", in: 0...2)
        maximumTokens = validator.integer(model["max_tokens"], "/model/max_tokens", in: 1...1_000_000)
        seed = validator.integer(model["seed"], "/model/seed", in: 0...Int(Int32.max))
        persona = Self.persona(given["persona"], &validator)
        goals = validator.strings(given["goals"], "/goals", length: 1...2_000) ?? []
        if validator.source == .request, goals.count > Self.maximumGoals {
            validator.fail("/goals", "must have at most \(Self.maximumGoals) goals, not \(goals.count)")
        }
        instructions = validator.string(given["instructions"], "/instructions", length: 0...32_768) ?? ""
        let tools = validator.array(given["tools"], "/tools") ?? []
        if tools.count > 64 { validator.fail("/tools", "must have at most 64 tools, not \(tools.count)") }
        var names: Set<String> = []
        self.tools = tools.prefix(64).enumerated().compactMap { index, tool in
            let place = JSONPointer("/tools").appending(index)
            guard let tool = Self.tool(tool, place, &validator) else { return nil }
            if !names.insert(tool.name).inserted {
                validator.fail(place.appending("name"), "\"\(tool.name)\" is there twice")
            }
            return tool
        }
        output = given["output"].flatMap { $0 == .null ? .none : JSONSchema($0, at: "/output", &validator) }
        budget = Self.budget(given["budget"], &validator)
    }

    /// A name alone, or an object.
    private static func model(_ value: JSONValue?, _ validator: inout Validator) -> JSONObject {
        if case .string? = value { return ["name": value ?? .null] }
        return validator.object(value, "/model") ?? [:]
    }

    private static func persona(_ value: JSONValue?, _ validator: inout Validator) -> JSONValue {
        switch value {
        case nil, .null: return .null
        case .string, .object:
            let bytes = value?.jsonBytes.count ?? 0
            if bytes > 65_536 { validator.fail("/persona", "must have at most 65536 bytes as JSON, not \(bytes)") }
            return value ?? .null
        case .some(let other):
            validator.fail("/persona", "must be an object or a sentence, not \(other.kindName)")
            return .null
        }
    }

    private static func tool(_ value: JSONValue, _ pointer: JSONPointer, _ validator: inout Validator) -> Tool? {
        // OpenAI's own form has the tool one level below.
        let isWrapped = value["type"] == "function"
        let inner = isWrapped ? value["function"] ?? .null : value
        guard case .object(let members) = inner else {
            validator.fail(pointer, "must be an object with name, description and parameters, not \(value.kindName)")
            return nil
        }
        let names = ["name", "description", "parameters", "capabilities", "agents"]
        if isWrapped, let outer = value.objectValue { validator.known(outer, ["type", "function"], at: pointer) }
        // `strict` is OpenAI's; arguments are always held to their schema.
        let place = isWrapped ? pointer.appending("function") : pointer
        validator.known(members, isWrapped ? names + ["strict"] : names, at: place)
        return tool(members, place, &validator)
    }

    private static func tool(_ members: JSONObject, _ pointer: JSONPointer, _ validator: inout Validator) -> Tool? {
        let name = validator.required(members["name"], pointer.appending("name")) { $0.string($1, $2, length: 1...64) }
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
        if let name, !name.allSatisfy(letters.contains) {
            validator.fail(pointer.appending("name"), "must be letters, digits, _ and - only")
        }
        let text = validator.string(members["description"], pointer.appending("description"), length: 0...4_096)
        let place = pointer.appending("parameters")
        var schema = members["parameters"] ?? ["type": "object"]
        if schema.objectValue == nil {
            if validator.source == .request {
                validator.fail(
                    place,
                    "must be an object, not \(schema.kindName): models are told of named parameters only"
                )
            }
            // `true` and `false` are schemas too; an older version kept them.
            schema = ["type": "object"]
        }
        let parameters = JSONSchema(schema, at: place, &validator)
        let capabilities = validator.capabilities(members["capabilities"], pointer.appending("capabilities"))
        let agents = validator.ids(members["agents"], pointer.appending("agents"), most: Validator.maximumIDs)
        if validator.source == .request, agents?.isEmpty == true {
            validator.fail(pointer.appending("agents"), "must name at least one agent: left out, it is any")
        }
        guard let name, let parameters else { return nil }
        return Tool(
            name: name,
            description: text ?? "",
            parameters: parameters,
            capabilities: capabilities ?? [],
            agents: agents ?? []
        )
    }

    private static func budget(_ value: JSONValue?, _ validator: inout Validator) -> Budget {
        let members = validator.object(value, "/budget") ?? [:]
        validator.known(members, ["tokens", "seconds", "turns", "repairs"], at: "/budget")
        var budget = Budget()
        if let tokens = validator.integer(members["tokens"], "/budget/tokens", in: 1...100_000_000) {
            budget.tokens = tokens
        }
        if let seconds = validator.number(members["seconds"], "/budget/seconds", in: 1...86_400) {
            budget.seconds = seconds
        }
        if let turns = validator.integer(members["turns"], "/budget/turns", in: 1...100) { budget.turns = turns }
        if let repairs = validator.integer(members["repairs"], "/budget/repairs", in: 0...10) {
            budget.repairs = repairs
        }
        return budget
    }
}

extension ModelProfile {
    /// The members as they are told and kept.
    package var json: JSONObject {
        var model: JSONObject = [:]
        if let name = self.model { model["name"] = .string(name) }
        if let temperature { model["temperature"] = JSONValue(temperature) }
        if let maximumTokens { model["max_tokens"] = JSONValue(maximumTokens) }
        if let seed { model["seed"] = JSONValue(seed) }
        return [
            "model": .object(model), "persona": persona, "goals": JSONValue(goals),
            "instructions": .string(instructions), "tools": .array(tools.map(\.json)), "output": output?.json ?? .null,
            "budget": [
                "tokens": JSONValue(budget.tokens), "seconds": JSONValue(budget.seconds),
                "turns": JSONValue(budget.turns), "repairs": JSONValue(budget.repairs),
            ],
        ]
    }
}

extension ModelProfile.Tool {
    var json: JSONValue {
        var members: JSONObject = [
            "name": .string(name), "description": .string(description), "parameters": parameters.json,
            "capabilities": JSONValue(capabilities),
        ]
        // None named is any, which a list of none does not say.
        if !agents.isEmpty { members["agents"] = JSONValue(agents) }
        return .object(members)
    }
}
