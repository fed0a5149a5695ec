import NovaContract

/// A job as the gateway describes it, in words.
struct JobDescription {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    private func text(_ name: String) -> String { json[name]?.stringValue ?? "" }

    var id: String { text("job_id") }
    var status: String { text("status") }
    var type: String { text("type") }
    var subject: String { text("subject") }
    var domain: String { text("domain") }
    var createdAt: String { text("created_at") }

    var progress: String {
        guard let fraction = json["progress"]?["fraction"]?.doubleValue else { return "" }
        return SpanText.percent(fraction)
    }

    /// Name and value of everything that is known, in a sensible order.
    var lines: [(name: String, value: String)] {
        let error = json["error"].flatMap { $0.objectValue == nil ? nil : NovaError(json: $0) }
        let last = json["last_error"].flatMap { $0.objectValue == nil ? nil : NovaError(json: $0) }
        let message = json["progress"]?["message"]?.stringValue ?? ""
        let all: [(String, String)] = [
            ("job", id), ("status", status), ("type", type), ("subject", subject), ("domain", domain),
            ("created", createdAt), ("started", text("started_at")), ("finished", text("finished_at")),
            ("attempts", json["attempts"]?.intValue.map { String($0) } ?? ""),
            ("progress", message.isEmpty ? progress : "\(progress), \(message)"),
            ("worker", text("worker")), ("next try", text("retry_at")), ("deadline", text("deadline_at")),
            ("request", text("request_id")), ("last error", error == nil ? last?.description ?? "" : ""),
            ("error", error?.description ?? ""),
        ]
        let places = (error?.details ?? []).map { ("", "\($0.pointer): \($0.message)") }
        return (all + places).filter { !$0.1.isEmpty }.map { ($0.0, TextLayout.printable($0.1)) }
    }
}
