import NovaAPI
import NovaContract

/// Which jobs of an owner a list shows.
struct JobFilter: Sendable {
    private let key: APIKey
    private let domain: String?
    private let state: JobState?
    private let kind: String?
    private let subject: String?

    static let parameters = [
        QueryParameter("status", .choice(JobState.allCases.map(\.rawValue))), QueryParameter("type", .text(200)),
        QueryParameter("subject", .id),
    ]

    /// Reads `domain` and `parameters`, which are valid.
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
    }

    func accepts(_ record: JobRecord) -> Bool {
        (domain == nil || record.domain == domain)
            && key.mayTouch(domain: record.domain)
            && (state == nil || record.state == state)
            && (kind == nil || record.kind == kind)
            && (subject == nil || record.entityID == subject)
    }
}
