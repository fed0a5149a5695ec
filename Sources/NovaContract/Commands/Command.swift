/// One command on its way: what is asked, of what, by whom, and where the answer goes.
///
/// As a Kafka record it follows the CloudEvents Kafka binding, binary mode: attributes are headers, the value is the
/// client's JSON body as it was validated.
package struct Command: Sendable, Equatable {
    /// Also the CloudEvents id: the same on every delivery of the same command.
    package let jobID: String
    package let kind: CommandKind
    package let entityID: String
    package let owner: String
    package let domain: String
    package let keyID: String
    package let requestID: String
    /// Milliseconds since 1970 at which the gateway took it.
    package let createdAt: Int64
    /// The Redis channel of the gateway whose client waits; empty if nobody does.
    package let replyTo: String
    /// W3C `traceparent`, or empty.
    package let traceparent: String
    /// Milliseconds since 1970 at which the job fails if it has not ended; nil: never.
    package let deadline: Int64?
    /// Names the dead letter that this command is the replay of, or empty; a failed job is begun once more for each.
    package let replay: String
    /// Which version of the entity may be changed (`If-Match`, `If-None-Match`); nil: any.
    package let ifVersion: VersionCondition?
    /// The request's body, JSON.
    package let payload: [UInt8]

    package init(
        jobID: String,
        kind: CommandKind,
        entityID: String,
        owner: String,
        domain: String,
        keyID: String,
        requestID: String,
        createdAt: Int64,
        replyTo: String = "",
        traceparent: String = "",
        deadline: Int64? = nil,
        replay: String = "",
        ifVersion: VersionCondition? = nil,
        payload: [UInt8]
    ) {
        self.jobID = jobID
        self.kind = kind
        self.entityID = entityID
        self.owner = owner
        self.domain = domain
        self.keyID = keyID
        self.requestID = requestID
        self.createdAt = createdAt
        self.replyTo = replyTo
        self.traceparent = traceparent
        self.deadline = deadline
        self.replay = replay
        self.ifVersion = ifVersion
        self.payload = payload
    }

    /// Names the entity with its owner and domain: `TYPE:OWNER:DOMAIN:ID`, each part escaped.
    ///
    /// Commands with the same one apply in order, all others beside each other. Also the record's key.
    package var orderingKey: String {
        Self.orderingKey(kind, entityID, owner: owner, domain: domain)
    }

    package static func orderingKey(_ kind: CommandKind, _ entityID: String, owner: String, domain: String) -> String {
        [kind.entityType, owner, domain, entityID].map(NamePart.escaped).joined(separator: ":")
    }

    /// The channel of the entity's events, for example `flow:nightly`.
    package var entityChannel: String { "\(kind.entityType):\(entityID)" }
}

// MARK: - Headers

/// Why a record is not a command.
///
/// Such records are never retried.
package struct CommandDecodingError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

extension Command {
    private static let typePrefix = "nova."
    private static let typeSuffix = ".v1"
    /// Set on the original record where it is replayed.
    package static let replayHeader = "ce_novareplay"

    package var headers: [(name: String, value: String)] {
        [
            ("ce_specversion", "1.0"),
            ("ce_id", jobID),
            ("ce_type", Self.typePrefix + kind.name + Self.typeSuffix),
            ("ce_source", "/nova/gateway"),
            ("ce_subject", entityID),
            ("ce_time", Timestamp.string(milliseconds: createdAt)),
            ("ce_novaowner", owner),
            ("ce_novadomain", domain),
            ("ce_novakey", keyID),
            ("ce_novarequest", requestID),
            ("ce_novareply", replyTo),
            ("ce_novadeadline", deadline.map { Timestamp.string(milliseconds: $0) } ?? ""),
            (Self.replayHeader, replay),
            ("ce_novaifversion", ifVersion?.text ?? ""),
            ("content-type", "application/json"),
            ("traceparent", traceparent),
        ].filter { !$0.1.isEmpty }
    }

    /// Reads what `headers` wrote.
    ///
    /// - Throws: `CommandDecodingError` for headers that are no command's, and for a kind that the catalog does not know.
    package init(
        headers: [String: String],
        payload: [UInt8],
        catalog: CommandCatalog
    ) throws(CommandDecodingError) {
        func required(_ name: String) throws(CommandDecodingError) -> String {
            guard let value = headers[name], !value.isEmpty else {
                throw CommandDecodingError(description: "header \(name) is missing")
            }
            return value
        }
        let type = try required("ce_type")
        let isOfThisVersion = type.hasPrefix(Self.typePrefix) && type.hasSuffix(Self.typeSuffix)
        let name = type.dropFirst(Self.typePrefix.count).dropLast(Self.typeSuffix.count)
        guard isOfThisVersion, let kind = catalog[String(name)] else {
            throw CommandDecodingError(description: "unknown command type \(type)")
        }
        guard let created = Timestamp.date(try required("ce_time")) else {
            throw CommandDecodingError(description: "ce_time is not an RFC 3339 time")
        }
        let condition = headers["ce_novaifversion"] ?? ""
        let ifVersion = VersionCondition(text: condition)
        // Done without it, it could change what its client wanted kept.
        guard condition.isEmpty || ifVersion != nil else {
            throw CommandDecodingError(description: "ce_novaifversion is not understood")
        }
        self.init(
            jobID: try required("ce_id"),
            kind: kind,
            entityID: try required("ce_subject"),
            owner: try required("ce_novaowner"),
            domain: try required("ce_novadomain"),
            keyID: headers["ce_novakey"] ?? "",
            requestID: headers["ce_novarequest"] ?? "",
            createdAt: Timestamp.milliseconds(created),
            replyTo: headers["ce_novareply"] ?? "",
            traceparent: headers["traceparent"] ?? "",
            deadline: headers["ce_novadeadline"].flatMap { Timestamp.date($0) }.map { Timestamp.milliseconds($0) },
            replay: headers[Self.replayHeader] ?? "",
            ifVersion: ifVersion,
            payload: payload
        )
    }
}
