package import NovaContract

/// The body of DELETE `/tasks/{task_id}`, which the gateway makes of its query.
package struct TaskDeletion: Sendable, Equatable {
    /// Whether a task that has ended is forgotten; else it is left as it is.
    package let purges: Bool

    package init(body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, ["purge", "domain"], at: .root)
        purges = validator.boolean(members["purge"], "/purge") ?? false
        try validator.finish()
    }
}
