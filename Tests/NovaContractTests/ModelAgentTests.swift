import NovaContract
import Testing
import WorkPool

/// The members of model agents, and personas written elsewhere.
@Suite struct ModelAgentTests {
    @Test func aModelAgentIsReadAndToldAlike() throws {
        let body: JSONValue = [
            "kind": "model", "model": ["name": "m", "temperature": 0.5, "max_tokens": 100, "seed": 1],
            "persona": ["name": "Ada"], "goals": ["g"], "instructions": "i",
            "tools": [
                [
                    "name": "t", "description": "d", "parameters": ["type": "object"], "capabilities": ["c"],
                    "agents": ["a"],
                ]
            ],
            "output": ["type": "string"], "budget": ["tokens": 10, "seconds": 5, "turns": 3, "repairs": 0],
        ]
        let agent = try AgentDefinition(agentID: "ada", body: body)
        let again = try AgentDefinition(agentID: "ada", body: agent.json)
        #expect(agent == again)
        #expect(agent.profile?.budget.tokens == 10)
        #expect(agent.profile?.tools.first?.capabilities == ["c"])
        // A name alone will do, and tools in OpenAI's own form.
        let short: JSONValue = [
            "kind": "model", "model": "m",
            "tools": [["type": "function", "function": ["name": "t", "parameters": [:]]]],
        ]
        let brief = try AgentDefinition(agentID: "ada", body: short)
        #expect(brief.profile?.model == "m")
        #expect(brief.profile?.tools.map(\.name) == ["t"])
    }

    @Test(arguments: [true, false, 3, "object", []] as [JSONValue])
    func parametersOfAToolAreAnObject(parameters: JSONValue) throws {
        let body: JSONValue = ["kind": "model", "tools": [["name": "t", "parameters": parameters]]]
        let error = #expect(throws: NovaError.self) {
            try AgentDefinition(agentID: "a", body: body, source: .request)
        }
        #expect(error?.details.first?.pointer.description == "/tools/0/parameters")
        // As an older version kept it.
        let kept = try AgentDefinition(agentID: "a", body: body)
        #expect(kept.json["tools"]?.arrayValue?.first?["parameters"] == ["type": "object"])
    }

    @Test func whatIsWrongIsNamed() {
        let wrong: [(JSONValue, String)] = [
            (["kind": "model", "model": 3], "/model"), (["kind": "model", "persona": 3], "/persona"),
            (["kind": "model", "tools": [["name": "a b"]]], "/tools/0/name"),
            (["kind": "model", "tools": [["name": "a"], ["name": "a"]]], "/tools/1/name"),
            (["kind": "model", "output": ["pattern": "x"]], "/output/pattern"),
            (["kind": "model", "budget": ["turns": 0]], "/budget/turns"),
            (["kind": "model", "heartbeat_ttl": 1], "/heartbeat_ttl"),
            (["persona": ["name": "x"]], "/persona"), (["kind": "robot"], "/kind"),
        ]
        for (body, place) in wrong {
            let error = #expect(throws: NovaError.self) { try AgentDefinition(agentID: "a", body: body) }
            #expect(error?.details.first?.pointer.description == place, "\(body.jsonString)")
        }
    }

    /// As TinyTroupe writes them.
    private static let lisa: JSONValue = [
        "type": "TinyPerson",
        "persona": [
            "name": "Lisa Carter", "age": 28, "nationality": "Canadian",
            "occupation": ["title": "Data Scientist", "organization": "Microsoft"],
            "personality": ["traits": ["You are curious."], "big_five": ["openness": "High."]],
            "preferences": ["interests": ["Cooking"]],
        ],
    ]

    @Test func aTinyTroupeSpecificationIsAnAgent() throws {
        let body = try PersonaImport.body(Self.lisa)
        #expect(body["agent_id"] == "lisa-carter")
        let agent = try AgentDefinition(agentID: "lisa-carter", body: body)
        #expect(agent.kind == .model)
        #expect(agent.profile?.persona == Self.lisa["persona"])
    }

    @Test func otherFormsAreUnderstood() throws {
        let older: JSONValue = [
            "json_serializable_class_name": "TinyPerson", "_configuration": ["name": "Oscar", "age": 30],
        ]
        let oscar = try PersonaImport.body(older)
        #expect(oscar["agent_id"] == "oscar")
        #expect(oscar["persona"]?["age"] == 30)
        let bare: JSONValue = [
            "name": "Ada", "age": 36, "occupation": "Engineer", "model": "m", "agent_id": "countess",
        ]
        let ada = try PersonaImport.body(bare)
        #expect(ada["agent_id"] == "countess")
        #expect(ada["model"] == "m")
        #expect(ada["persona"] == ["name": "Ada", "age": 36, "occupation": "Engineer"])
    }

    @Test func whatIsNoPersonaIsRefused() {
        for (body, place) in [
            ([:], "/persona"), (["persona": "x"], "/persona"), (["persona": ["age": 3]], "/persona/name"),
            (["name": "!?"], "/name"), (["age": 3], "/name"),
        ] as [(JSONValue, String)] {
            let error = #expect(throws: NovaError.self) { try PersonaImport.body(body) }
            #expect(error?.details.first?.pointer.description == place, "\(body.jsonString)")
        }
    }
}
