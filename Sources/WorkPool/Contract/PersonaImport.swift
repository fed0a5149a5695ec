package import NovaContract

/// A persona that was written for another program, as the body of PUT `/agents/{agent_id}`.
///
/// Known are agent specifications of TinyTroupe (github.com/microsoft/TinyTroupe, `*.agent.json`): an object of `type`
/// `TinyPerson` with `persona`, the older form with `_configuration`, and a bare object of the persona's members. Members of
/// PUT `/agents/{agent_id}` beside them (`agent_id`, `model`, `tools`, `capabilities`, …) are taken over.
package enum PersonaImport {
    private static let own = ModelProfile.members.filter { $0 != "persona" && $0 != "goals" }
    private static let others = ["capabilities", "capacity", "labels", "cost", "heartbeat_ttl", "assignment", "domain"]
    /// Where a persona may stand, the newest form first.
    private static let personas = ["persona", "_persona", "_configuration"]
    /// Of TinyTroupe, and of no use to a model.
    private static let wrappings: Set<String> = ["type", "json_serializable_class_name", "agent_id", "kind"]

    /// The body for an agent of kind `model`, with its `agent_id`.
    ///
    /// Members beside a persona that are another program's are passed over; what is nearly one of Nova's is refused.
    package static func body(_ specification: JSONValue, source: Validator.Source = .record) throws(NovaError)
        -> JSONValue
    {
        guard case .object(let given) = specification else { throw .notAnObject(specification) }
        var validator = Validator(source)
        let taken = Set(own + others)
        let bare = given.filter { !taken.contains($0.key) && !wrappings.contains($0.key) }
        let (persona, place) = found(given, bare)
        guard case .object(let members) = persona, !members.isEmpty else {
            let fault = "must be an object with what is known of the person, such as name, age, occupation"
            throw NovaError(.validationError, "/persona: \(fault)", details: [.init("/persona", fault)])
        }
        // A persona that is not wrapped may have any member.
        if !place.description.isEmpty {
            validator.understood(given, own + others + wrappings.sorted() + personas, at: .root)
        }
        let name = validator.required(members["name"], place.appending("name")) { $0.string($1, $2, length: 1...200) }
        var body = given.filter { taken.contains($0.key) }
        body["kind"] = "model"
        body["persona"] = persona
        if let named = given["agent_id"], named != .null {
            body["agent_id"] = named
        } else if let name {
            let id = slug(name)
            if id.isEmpty {
                validator.fail(place.appending("name"), "has no letter to make an id of: give agent_id")
            }
            body["agent_id"] = .string(id)
        }
        if let id = body["agent_id"]?.stringValue, let fault = EntityID.fault(id, of: "agent") {
            let isNamed = (given["agent_id"] ?? .null) != .null
            let why = isNamed ? fault : "makes the agent's id \"\(id)\", which \(fault): give agent_id"
            validator.fail(isNamed ? "/agent_id" : place.appending("name"), why)
        }
        try validator.finish()
        return .object(body)
    }

    private static func found(
        _ given: JSONObject,
        _ bare: JSONObject
    ) -> (JSONValue, JSONPointer) {
        for name in personas {
            if let persona = given[name], persona != .null { return (persona, JSONPointer("/\(name)")) }
        }
        return (.object(bare), .root)
    }

    /// `Lisa Carter` is `lisa-carter`.
    private static func slug(_ name: String) -> String {
        var slug = ""
        for character in name.lowercased() {
            if character.isLetter || character.isNumber {
                slug.append(character)
            } else if !slug.isEmpty, !slug.hasSuffix("-") {
                slug.append("-")
            }
        }
        return slug.hasSuffix("-") ? String(slug.dropLast()) : slug
    }
}
