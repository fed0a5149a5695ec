package import NovaContract

/// A pool of something that is given away and comes back: the body of PUT `/resources/{resource_id}`.
package struct ResourceDefinition: Sendable, Equatable {
    package let id: String
    package var capacity: Amount
    package var unit = ""
    /// Whether less than one whole may be given.
    package var isDivisible = true
    /// Pools of one group are shared fairly as one.
    package var group = Self.defaultGroup
    /// Of one unit, for `max_cost` of requests; in any unit, the same for all pools.
    package var cost: Double = 0
    /// Of requesters; who has none weighs 1.
    package var weights: [String: Double] = [:]
    /// What requesters may use whatever others want; together at most the capacity.
    package var quotas: [String: Amount] = [:]
    /// Whether what others do not use of their quotas may be lent.
    package var allowsBorrowing = true
    /// Made by a request that named it, not declared.
    package var isImplied = false
    /// Counted from 1 with each declaration.
    package var version = 1

    package static let defaultGroup = "default"
    /// Quotas, and weights; so many of the greatest amount together are 9e18 thousandths, which 64 bits hold.
    package static let maximumRequesters = 1_000
    /// Of its JSON: all pools of a domain are read for each decision.
    package static let maximumBytes = 65_536
    /// What may be said of a pool.
    static let members = [
        "capacity", "unit", "divisible", "group", "cost", "weights", "quotas", "borrowing", "domain", "resource_id",
    ]
    /// What GET tells of it besides, so that it can be changed and sent back.
    static let told = [
        "declared_capacity", "shrinking", "allocated", "free", "implied", "waiting", "used_by", "allocations",
        "timestamp", "version",
    ]

    package init(id: String, capacity: Amount) {
        self.id = id
        self.capacity = capacity
    }

    package init(id: String, body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        if let fault = EntityID.fault(id, of: source == .request ? "resource" : nil) {
            validator.fail("/resource_id", fault)
        }
        validator.known(members, Self.members + Self.told, at: .root)
        if let named = validator.string(members["resource_id"], "/resource_id"), named != id {
            validator.fail("/resource_id", "must be \"\(id)\" as in the path, not \"\(named)\"")
        }
        let capacity = validator.required(members["capacity"], "/capacity") { $0.amount($1, $2) }
        self.init(id: id, capacity: capacity ?? .zero)
        read(members, &validator)
        // Also where a worker merges a patch: what each of several patches adds was looked at alone.
        let bytes = JSONValue.object(json).jsonBytes.count
        if bytes > Self.maximumBytes {
            let fault = "must be at most \(Self.maximumBytes) bytes of JSON with all weights and quotas, not \(bytes)"
            validator.fail(.root, fault)
        }
        try validator.finish()
    }

    /// As it is kept; what is wrong there is the default.
    package init(id: String, kept: JSONValue) {
        var validator = Validator()
        self.init(id: id, capacity: kept["capacity"].flatMap { Amount($0) } ?? .zero)
        read(kept.objectValue ?? [:], &validator)
        isImplied = kept["implied"] == true
        version = kept["version"]?.intValue ?? 1
    }

    private mutating func read(_ members: JSONObject, _ validator: inout Validator) {
        unit = validator.string(members["unit"], "/unit", length: 0...100) ?? ""
        isDivisible = validator.boolean(members["divisible"], "/divisible") ?? true
        let group =
            validator.source == .request
            ? validator.name(members["group"], "/group") : validator.string(members["group"], "/group", length: 1...200)
        self.group = group ?? Self.defaultGroup
        cost = validator.number(members["cost"], "/cost", in: 0...1e12) ?? 0
        allowsBorrowing = validator.boolean(members["borrowing"], "/borrowing") ?? true
        for (requester, value) in Self.byRequester(members["weights"], "/weights", &validator) {
            let place = JSONPointer("/weights").appending(requester)
            weights[requester] = validator.required(value, place) { $0.number($1, $2, in: 0.001...1_000) }
        }
        for (requester, value) in Self.byRequester(members["quotas"], "/quotas", &validator) {
            let place = JSONPointer("/quotas").appending(requester)
            quotas[requester] = validator.required(value, place) { $0.amount($1, $2) }
        }
        if quotas.values.reduce(.zero, +) > capacity {
            validator.fail("/quotas", "must not be more than the capacity together")
        }
        if !isDivisible, capacity != capacity.floored {
            validator.fail("/capacity", "must be a whole number where the resource is not divisible")
        }
    }

    /// The members of an object that is ordered by requesters; of what a Nova wrote any.
    private static func byRequester(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> [(name: String, value: JSONValue)] {
        guard validator.source == .request else {
            return (validator.object(value, pointer) ?? [:]).sortedMembers.map { ($0.key, $0.value) }
        }
        return validator.named(value, pointer, maximum: maximumRequesters, "requesters") ?? []
    }

    /// The members as they are told.
    package var json: JSONObject {
        [
            "resource_id": .string(id), "capacity": capacity.json, "unit": .string(unit),
            "divisible": .bool(isDivisible), "cost": JSONValue(cost), "group": .string(group),
            "weights": .object(weights.mapValues { JSONValue($0) }),
            "quotas": .object(quotas.mapValues(\.json)), "borrowing": .bool(allowsBorrowing),
            "implied": .bool(isImplied), "version": JSONValue(version),
        ]
    }
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
