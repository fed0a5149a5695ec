import NovaContract

/// What a gateway sends over a WebSocket.
enum ServerMessage: Sendable, Equatable {
    /// Everything after `lastID` follows.
    case subscribed(lastID: String)
    case event(ServerEvent)
    /// What lies behind `after` is no longer kept, up to `next`.
    case gap(after: String, next: String?)
    case error(code: String, message: String)
    /// Of a kind this tool does not know.
    case other(String)

    /// - Throws: `JSONReadError`.
    init(parsing text: String) throws(JSONReadError) {
        let json = try JSONValue(parsing: text)
        func member(_ name: String) -> String { json[name]?.stringValue ?? "" }
        switch member("type") {
        case "subscribed": self = .subscribed(lastID: member("last_id"))
        case "event":
            self = .event(
                ServerEvent(
                    id: member("id"),
                    channel: member("channel"),
                    name: member("event"),
                    data: json["data"] ?? .null,
                    text: json.jsonString
                )
            )
        case "gap": self = .gap(after: member("after"), next: json["next"]?.stringValue)
        case "error":
            let error = json["error"]
            self = .error(
                code: error?["code"]?.stringValue ?? "",
                message: error?["message"]?.stringValue ?? ""
            )
        case let type: self = .other(type)
        }
    }
}

/// One event of a subscribed channel.
struct ServerEvent: Sendable, Equatable {
    let id: String
    let channel: String
    /// For example `job.completed`.
    let name: String
    let data: JSONValue
    /// The whole message, compact JSON.
    let text: String

    var jobID: String? { data["job_id"]?.stringValue }
}
