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
    package func partial(patch: JSONValue, defaults: JSONValue) throws(NovaError) -> JSONValue {
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
    package func whole(patch: JSONValue) throws(NovaError) -> JSONValue {
        guard case .object(let changes) = patch else { throw .notAnObject(patch) }
        var members = merged(with: patch).objectValue ?? [:]
        // What is not there to be taken out may not be known at all, which is for the reader of the body to see.
        for (name, change) in changes where change == .null && self[name] == nil { members[name] = .null }
        return .object(members)
    }
}
