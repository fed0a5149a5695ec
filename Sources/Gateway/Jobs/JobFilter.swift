import NovaContract

/// Which jobs of an owner a list shows.
struct JobFilter: Sendable {
    private let key: APIKey
    private let domain: String?
    private let state: JobState?
    private let kind: String?
    private let subject: String?

    /// Reads `domain`, `status`, `type` and `subject`.
    init(_ query: QueryItems, key: APIKey) throws(NovaError) {
        self.key = key
        if let name = query["domain"] {
            domain = try key.domain(requested: name)
        } else {
            domain = nil
        }
        kind = query["type"]
        subject = query["subject"]
        state = query["status"].flatMap(JobState.init(rawValue:))
        if query["status"] != nil && state == nil {
            let fault = "must be one of " + JobState.allCases.map(\.rawValue).joined(separator: ", ")
            throw NovaError(.validationError, "status: \(fault)", details: [.init("/status", fault)])
        }
    }

    func accepts(_ record: JobRecord) -> Bool {
        (domain == nil || record.domain == domain)
            && key.mayTouch(domain: record.domain)
            && (state == nil || record.state == state)
            && (kind == nil || record.kind == kind)
            && (subject == nil || record.entityID == subject)
    }
}
