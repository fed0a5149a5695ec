package import NovaContract

/// An agent as it is kept.
package struct AgentRecord: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable {
        case idle
        /// It holds as many tasks as it can.
        case busy
        /// Silent for longer than its time to live.
        case offline
        /// Declared: nobody runs it.
        case unattended
    }

    /// What its tasks of one type came to.
    package struct Tally: Sendable, Equatable {
        package var completed = 0
        package var failed = 0
        /// Leases that ran out, and timeouts.
        package var lost = 0
        /// Of the completed.
        package var milliseconds = 0

        package init(completed: Int = 0, failed: Int = 0, lost: Int = 0, milliseconds: Int = 0) {
            self.completed = completed
            self.failed = failed
            self.lost = lost
            self.milliseconds = milliseconds
        }

        package var meanSeconds: Double? {
            completed > 0 ? Double(milliseconds) / 1_000 / Double(completed) : nil
        }

        package static func + (left: Tally, right: Tally) -> Tally {
            Tally(
                completed: left.completed.addingClamped(right.completed),
                failed: left.failed.addingClamped(right.failed),
                lost: left.lost.addingClamped(right.lost),
                milliseconds: left.milliseconds.addingClamped(right.milliseconds)
            )
        }

        package var json: JSONValue {
            [
                "completed": JSONValue(completed), "failed": JSONValue(failed), "lost": JSONValue(lost),
                "mean_seconds": meanSeconds.map { JSONValue($0) } ?? .null,
            ]
        }
    }

    package let definition: AgentDefinition
    package let domain: String
    package let version: Int
    /// Milliseconds since 1970.
    package let registeredAt: Int64
    package let seenAt: Int64?
    package let isOnline: Bool
    package let running: [String]
    package let assigned: [String]
    /// By type of task.
    package let record: [String: Tally]
    /// Why the models' server cannot be asked, where that was looked up; matters only to an agent of kind `model`.
    package var modelServerFault: String?

    package init(
        definition: AgentDefinition,
        domain: String,
        version: Int,
        registeredAt: Int64,
        seenAt: Int64?,
        isOnline: Bool,
        running: [String],
        assigned: [String],
        record: [String: Tally]
    ) {
        self.definition = definition
        self.domain = domain
        self.version = version
        self.registeredAt = registeredAt
        self.seenAt = seenAt
        self.isOnline = isOnline
        self.running = running
        self.assigned = assigned
        self.record = record
    }

    package var total: Tally { record.values.reduce(Tally(), +) }

    /// Tasks it could take beside those it holds and those in its queue.
    package var freeSlots: Int { max(0, definition.capacity - running.count - assigned.count) }

    package var status: Status {
        if definition.kind == .declared { return .unattended }
        guard isOnline else { return .offline }
        return running.count < definition.capacity ? .idle : .busy
    }

    /// Why it is offline; nil: it is not.
    package var offlineReason: String? {
        guard status == .offline else { return nil }
        if definition.kind == .model {
            return modelServerFault
                ?? "no coordination worker speaks for it: none runs, llm.base_url is off, or it has just begun to look"
        }
        guard let seenAt else {
            return "nobody has claimed, sent a heartbeat or opened a socket in its name yet"
        }
        let silence = JSONValue(definition.heartbeatTTL).jsonString
        return "silent since \(Timestamp.string(milliseconds: seenAt)), longer than its heartbeat_ttl of \(silence) s"
    }

    package var json: JSONValue {
        var members = definition.json.objectValue ?? [:]
        members["domain"] = .string(domain)
        members["version"] = JSONValue(version)
        members["status"] = .string(status.rawValue)
        members["offline_reason"] = JSONValue(offlineReason)
        members["registered_at"] = .string(Timestamp.string(milliseconds: registeredAt))
        members["seen_at"] = JSONValue(seenAt.map { Timestamp.string(milliseconds: $0) })
        members["running"] = JSONValue(running)
        members["assigned"] = JSONValue(assigned)
        var told = total.json.objectValue ?? [:]
        told["by_type"] = .object(record.mapValues(\.json))
        members["record"] = .object(told)
        return .object(members)
    }
}
