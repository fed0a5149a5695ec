extension JSONValue {
    /// The document with a merge patch applied to it (RFC 7396): members that are `null` in the patch are taken out,
    /// objects are merged, all else is replaced.
    ///
    /// Recursion is as deep as the patch, which its reader bounds.
    package func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = objectValue ?? [:]
        for (name, change) in changes {
            if change == .null {
                members[name] = nil
            } else {
                members[name] = (members[name] ?? .null).merged(with: change)
            }
        }
        return .object(members)
    }

    /// The body that changes what a merge patch changes, where a body that leaves a member out leaves it as it is.
    ///
    /// Members that are none of the entity's stay as they are, to be refused or passed over with all else.
    ///
    /// - Parameters:
    ///   - defaults: what each member is that a patch takes out; it names all members that can be changed.
    /// - Throws: `VALIDATION_ERROR` where the patch is no object.
    func partial(patch: JSONValue, defaults: JSONValue) throws(NovaError) -> JSONValue {
        guard case .object(var members) = patch else { throw .notAnObject(patch) }
        for (name, change) in members {
            guard let standard = defaults[name] else { continue }
            members[name] = change == .null ? standard : (self[name] ?? .null).merged(with: change)
        }
        return .object(members)
    }

    /// The body that replaces an entity by what a merge patch makes of it, where a body that leaves a member out gives it
    /// its default.
    ///
    /// - Throws: `VALIDATION_ERROR` where the patch is no object.
    func whole(patch: JSONValue) throws(NovaError) -> JSONValue {
        guard case .object(let changes) = patch else { throw .notAnObject(patch) }
        var members = merged(with: patch).objectValue ?? [:]
        // What is not there to be taken out may not be known at all, which is for the reader of the body to see.
        for (name, change) in changes where change == .null && self[name] == nil { members[name] = .null }
        return .object(members)
    }
}

// MARK: - What can be patched

extension TaskDefinition {
    /// The body of PUT `/tasks/{task_id}` that does what a merge patch asks for.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue {
        var defaults = TaskDefinition(type: "").json.objectValue ?? [:]
        // What it is a part of is refused where it is named.
        defaults["parent_id"] = nil
        // An empty list would be for nobody.
        defaults["agents"] = .some(.null)
        return try json.partial(patch: patch, defaults: .object(defaults))
    }
}

extension MemoryDefinition {
    /// The body of PUT `/memory/{memory_id}` that does what a merge patch asks for; `time` may be `null` in it, which is
    /// when it was stored.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue {
        try JSONValue.object(json).partial(patch: patch, defaults: .object(MemoryDefinition(content: [:]).json))
    }
}

extension FlowDefinition {
    /// The body of PUT `/flows/{flow_id}` that does what a merge patch asks for.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue { try json.whole(patch: patch) }
}

extension AgentDefinition {
    /// The body of PUT `/agents/{agent_id}` that does what a merge patch asks for.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue { try json.whole(patch: patch) }
}

extension ResourceDefinition {
    /// The body of PUT `/resources/{resource_id}` that does what a merge patch asks for.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue {
        var known = json
        // Nova's own.
        known["implied"] = nil
        known["version"] = nil
        return try JSONValue.object(known).whole(patch: patch)
    }
}
