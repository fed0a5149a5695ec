import NovaContract

/// Which dead letters are meant; what is nil is not asked for.
struct DeadLetterFilter: Sendable, Equatable {
    /// Equals the code, or is part of the message, whatever the case.
    var error: String?
    /// Milliseconds since 1970, both included.
    var since: Int64?
    var until: Int64?
    var job: String?
    /// The entity's id, or the record's key, with or without the owner in it.
    var entity: String?

    func matches(_ record: BuriedRecord) -> Bool {
        if let error, !Self.names(error, record) { return false }
        if let since, record.diedAt < since { return false }
        if let until, record.diedAt > until { return false }
        if let job, record.jobID != job { return false }
        if let entity, record.subject != entity, record.key != entity, Self.withoutOwner(record.key) != entity {
            return false
        }
        return true
    }

    /// `TYPE:DOMAIN:ID` of `TYPE:OWNER:DOMAIN:ID`; nil for another key.
    private static func withoutOwner(_ key: String) -> String? {
        let parts = key.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 4 ? "\(parts[0]):\(parts[2]):\(parts[3])" : nil
    }

    private static func names(_ error: String, _ record: BuriedRecord) -> Bool {
        let error = error.lowercased()
        return record.code.lowercased() == error || record.message.lowercased().contains(error)
    }
}
