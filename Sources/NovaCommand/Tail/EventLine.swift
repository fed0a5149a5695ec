import NovaClient
import NovaContract

/// An event on one line: time, what, about what, how far.
struct EventLine {
    let text: String

    init(_ event: NovaEvent) {
        let data = event.data.value
        var parts = [
            data["timestamp"]?.stringValue ?? "",
            TextLayout.left(TextLayout.printable(event.name), 13),
            [data["type"]?.stringValue, data["subject"]?.stringValue].compactMap(\.self).joined(separator: " "),
            data["job_id"]?.stringValue.map { "job=\($0)" } ?? "",
        ]
        if let progress = data["progress"], let fraction = progress["fraction"]?.doubleValue {
            parts.append(SpanText.percent(fraction))
            parts.append(progress["message"]?.stringValue ?? "")
        }
        if let retry = data["retry_at"]?.stringValue { parts.append("next try \(retry)") }
        if let error = data["error"], error.objectValue != nil { parts.append(NovaError(json: error).description) }
        parts.append("id=\(event.id)")
        text = parts.filter { !$0.isEmpty }.map(TextLayout.printable).joined(separator: "  ")
    }
}
