import NIOCore
import NovaContract
import WorkPool

/// What the gateway sends, as the bytes of a text message.
enum ServerMessage {
    /// - Parameter ref: of the message that it answers.
    static func error(_ error: NovaError, ref: String? = nil) -> ByteBuffer {
        var body: JSONObject = ["code": .string(error.code.rawValue), "message": .string(error.message)]
        if !error.details.isEmpty { body["details"] = error.json["details"] }
        if let seconds = error.retryAfter { body["retry_after"] = JSONValue(seconds) }
        return answer(["type": "error", "error": .object(body)], ref)
    }

    /// The answer to what an agent said.
    static func agent(_ type: String, _ members: JSONValue, ref: String?) -> ByteBuffer {
        var told = members.objectValue ?? [:]
        told["type"] = .string(type)
        return answer(told, ref)
    }

    /// A task for an agent behind the socket.
    static func task(_ task: TaskRecord, agentID: String) -> ByteBuffer {
        bytes(["type": "task", "agent_id": .string(agentID), "task": task.claimed])
    }

    /// Everything after `lastID` that belongs to the channels follows.
    static func subscribed(_ channels: [String], lastID: EventID, ref: String?) -> ByteBuffer {
        answer(["type": "subscribed", "channels": JSONValue(channels), "last_id": .string(lastID.description)], ref)
    }

    static func unsubscribed(_ channels: [String], ref: String?) -> ByteBuffer {
        answer(["type": "unsubscribed", "channels": JSONValue(channels)], ref)
    }

    static func pong(ref: String?) -> ByteBuffer { answer(["type": "pong"], ref) }

    /// What lies between the two is not kept, if there was anything.
    ///
    /// `next` nil: nor is anything after.
    static func gap(after: EventID, next: EventID?) -> ByteBuffer {
        var members: JSONObject = ["type": "gap", "after": .string(after.description)]
        if let next { members["next"] = .string(next.description) }
        return bytes(.object(members))
    }

    /// `update` is an object with `analytics`, `insights`, `confidence` and `timestamp`.
    ///
    /// - Parameter channel: where it is not the answer to a request.
    static func analytics(_ update: JSONValue, channel: String? = nil, ref: String? = nil) -> ByteBuffer {
        var members = update.objectValue ?? [:]
        members["type"] = "analytics_update"
        if let channel { members["channel"] = .string(channel) }
        return answer(members, ref)
    }

    private static func answer(_ members: JSONObject, _ ref: String?) -> ByteBuffer {
        var members = members
        if let ref { members["ref"] = .string(ref) }
        return bytes(.object(members))
    }

    private static func bytes(_ value: JSONValue) -> ByteBuffer { ByteBuffer(bytes: value.jsonBytes) }
}
