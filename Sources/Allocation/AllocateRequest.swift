package import NovaContract

/// What somebody wants of resources: the body of POST `/resources/allocate`.
package struct AllocateRequest: Sendable, Equatable {
    /// Of one resource.
    package struct Want: Sendable, Equatable {
        static let members = ["requested", "capacity", "min", "max", "any_of"]

        /// Less is of no use.
        package let minimum: Amount
        /// More is of no use.
        package let maximum: Amount
        /// Said as `capacity`: an older client, which tells with it how much there is.
        package let tellsCapacity: Bool
        /// The pools of which one is to give it; empty: that which is named.
        package let anyOf: [String]

        package init(minimum: Amount, maximum: Amount, tellsCapacity: Bool = false, anyOf: [String] = []) {
            self.minimum = minimum
            self.maximum = maximum
            self.tellsCapacity = tellsCapacity
            self.anyOf = anyOf
        }

        package var json: JSONValue { ["min": minimum.json, "max": maximum.json, "any_of": JSONValue(anyOf)] }

        /// As it is kept.
        package init(kept: JSONValue) {
            minimum = kept["min"].flatMap { Amount($0) } ?? .zero
            maximum = kept["max"].flatMap { Amount($0) } ?? .zero
            tellsCapacity = false
            anyOf = kept["any_of"]?.arrayValue?.compactMap(\.stringValue) ?? []
        }
    }

    package var wants: [String: Want]
    /// 1 (the least) to 5.
    package var priority = 1
    /// Whether resources that cannot be had are left out, instead of all being refused.
    package var isBestEffort = false
    /// Seconds until the lease is over.
    package var ttl: Double
    /// Seconds it may wait for its turn; 0: now or not at all.
    package var wait: Double = 0
    /// Whether it may be taken back for a more important request.
    package var isPreemptible = false
    /// Of all resources together, by the costs of their pools.
    package var maximumCost: Double?
    /// Pools that are taken first where a want leaves a choice.
    package var affinity: [String] = []
    package var isDryRun = false
    /// What of `constraints`, and of what is said of a resource, was not understood, and is passed over.
    package private(set) var warnings: [NovaError.Detail] = []

    package static let maximumResources = 100
    /// Of `any_of`, and of `affinity`.
    package static let maximumChoices = 100
    /// Of `any_of` of all wants together.
    package static let maximumAllChoices = 1_000
    /// Of its JSON as it is kept: all requests that wait in a domain are read for each decision.
    package static let maximumBytes = 32_768
    static let members = ["resources", "constraints", "priority", "dry_run", "domain"]
    static let constraints = ["best_effort", "preemptible", "ttl", "wait", "max_cost", "affinity"]
    package static let longestTTL: Double = 31_536_000

    package init(wants: [String: Want], ttl: Double) {
        self.wants = wants
        self.ttl = ttl
    }

    /// The `ttl` of a request that does not say one; no request can say it.
    package static let ttlUnsaid: Double = 0

    /// - Parameter ttl: seconds, where the body does not say.
    package init(body: JSONValue, ttl: Double = ttlUnsaid, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        self.init(wants: [:], ttl: ttl)
        var known = members
        for name in Self.constraints where source == .request && members[name] != nil {
            validator.fail(JSONPointer.root.appending(name), "is not known here; did you mean /constraints/\(name)?")
            known.removeValue(forKey: name)
        }
        validator.known(known, Self.members, at: .root)
        let constraints = validator.object(members["constraints"], "/constraints") ?? [:]
        validator.understood(constraints, Self.constraints, at: "/constraints")
        priority = validator.integer(members["priority"], "/priority", in: 1...5) ?? 1
        isDryRun = validator.boolean(members["dry_run"], "/dry_run") ?? false
        isBestEffort = validator.boolean(constraints["best_effort"], "/constraints/best_effort") ?? false
        isPreemptible = validator.boolean(constraints["preemptible"], "/constraints/preemptible") ?? false
        self.ttl = validator.number(constraints["ttl"], "/constraints/ttl", in: 1...Self.longestTTL) ?? ttl
        wait = validator.number(constraints["wait"], "/constraints/wait", in: 0...604_800) ?? 0
        maximumCost = validator.number(constraints["max_cost"], "/constraints/max_cost", in: 0...1e15)
        affinity = Self.pools(constraints["affinity"], "/constraints/affinity", &validator) ?? []
        let resources = validator.required(members["resources"], "/resources") { $0.object($1, $2) } ?? [:]
        if members["resources"]?.objectValue?.isEmpty == true {
            validator.fail("/resources", "must name at least one resource")
        }
        if resources.count > Self.maximumResources {
            validator.fail("/resources", "must name at most \(Self.maximumResources) resources, not \(resources.count)")
        }
        for (id, value) in resources.sorted(by: { $0.key < $1.key }).prefix(Self.maximumResources) {
            let place = JSONPointer("/resources").appending(id)
            if let fault = EntityID.fault(id, of: source == .request ? "resource" : nil) {
                validator.fail(place, fault)
            }
            if let want = Self.want(value, of: id, place, isBestEffort, &validator) { wants[id] = want }
        }
        warnings = validator.warnings
        if source == .request { hold(&validator) }
        try validator.finish()
    }

    /// What all wants may have together.
    private func hold(_ validator: inout Validator) {
        let choices = wants.values.reduce(0) { $0 + $1.anyOf.count }
        if choices > Self.maximumAllChoices {
            let most = "at most \(Self.maximumAllChoices) ids in any_of of all resources together"
            validator.fail("/resources", "must have \(most), not \(choices)")
        }
        let bytes = json.jsonBytes.count
        if bytes > Self.maximumBytes {
            let fault = "must come to at most \(Self.maximumBytes) bytes of JSON as it is kept, not \(bytes)"
            validator.fail("/resources", fault)
        }
    }

    /// Ids of pools, each once.
    private static func pools(
        _ value: JSONValue?,
        _ place: JSONPointer,
        _ validator: inout Validator
    ) -> [String]? {
        validator.ids(value, place, most: maximumChoices)
    }

    private static func want(
        _ value: JSONValue,
        of name: String,
        _ place: JSONPointer,
        _ isBestEffort: Bool,
        _ validator: inout Validator
    ) -> Want? {
        guard case .object(let members) = value else {
            if case .null = value {
                validator.fail(place, "must be an object with requested, a number or a size, not null")
            }
            guard let amount = validator.amount(value, place) else { return nil }
            if amount == .zero { validator.fail(place, "must ask for more than nothing") }
            return Want(minimum: isBestEffort ? .zero : amount, maximum: amount)
        }
        // Older clients may say any number of a resource.
        validator.known(members.filter { $0.value.doubleValue == nil }, Want.members, at: place)
        validator.understood(
            members.filter { $0.value.doubleValue != nil || Want.members.contains($0.key) },
            Want.members,
            at: place
        )
        let requested = validator.amount(members["requested"], place.appending("requested"))
        let capacity = validator.amount(members["capacity"], place.appending("capacity"))
        let minimum = validator.amount(members["min"], place.appending("min"))
        let maximum = validator.amount(members["max"], place.appending("max"))
        guard let wanted = requested ?? capacity ?? maximum ?? minimum else {
            // One that is there and wrong is told already.
            let names = ["requested", "capacity", "min", "max"]
            if names.allSatisfy({ members[$0] ?? .null == .null }) {
                validator.fail(place.appending("requested"), "is required")
            }
            return nil
        }
        let choices = pools(members["any_of"], place.appending("any_of"), &validator)
        if let choices, choices.isEmpty, validator.source == .request {
            validator.fail(
                place.appending("any_of"),
                "must name at least one pool; leave it out for \"\(name)\" itself"
            )
        }
        let want = Want(
            minimum: minimum ?? (isBestEffort ? .zero : requested ?? capacity ?? wanted),
            maximum: maximum ?? requested ?? capacity ?? wanted,
            tellsCapacity: requested == nil && capacity != nil,
            anyOf: choices ?? []
        )
        if want.maximum == .zero { validator.fail(place, "must ask for more than nothing") }
        if want.minimum > want.maximum { validator.fail(place.appending("min"), "must not be more than max") }
        return want
    }
}

extension AllocateRequest {
    /// As it is kept while it waits.
    package var json: JSONValue {
        [
            "wants": .object(wants.mapValues(\.json)), "priority": JSONValue(priority),
            "best_effort": .bool(isBestEffort), "ttl": JSONValue(ttl), "wait": JSONValue(wait),
            "preemptible": .bool(isPreemptible), "affinity": JSONValue(affinity),
            "max_cost": maximumCost.map { JSONValue($0) } ?? .null,
        ]
    }

    package init(kept json: JSONValue) {
        self.init(
            wants: (json["wants"]?.objectValue ?? [:]).dictionary(Want.init(kept:)),
            ttl: json["ttl"]?.doubleValue ?? 0
        )
        priority = json["priority"]?.intValue ?? 1
        isBestEffort = json["best_effort"] == true
        wait = json["wait"]?.doubleValue ?? 0
        isPreemptible = json["preemptible"] == true
        maximumCost = json["max_cost"]?.doubleValue
        affinity = json["affinity"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}

/// The body of POST `/resources/allocations/{allocation_id}/renew`.
package struct RenewRequest: Sendable, Equatable {
    /// Seconds from now; nil: as it was asked for.
    package let ttl: Double?

    static let members = ["ttl", "domain"]

    package init(body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, Self.members, at: .root)
        ttl = validator.number(members["ttl"], "/ttl", in: 1...AllocateRequest.longestTTL)
        try validator.finish()
    }
}
