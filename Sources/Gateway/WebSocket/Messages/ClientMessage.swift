import NIOCore
import NovaContract

/// What a client asks over a socket.
enum ClientMessage: Sendable, Equatable {
    case subscribe(channels: [String], after: EventID?, domain: String?)
    case unsubscribe(channels: [String], domain: String?)
    case ping
    case analytics(flowID: String?, domain: String?)
    case agent(AgentMessage)

    /// Channels one message may name.
    static let maximumChannels = 100
    /// Bytes of a `ref`.
    static let maximumRefBytes = 200
    /// What every message may have.
    static let commonMembers = ["type", "ref"]

    private static let types = ["subscribe", "unsubscribe", "ping", "behavioral"] + AgentMessage.types

    /// - Throws: `VALIDATION_ERROR` naming what is wrong.
    init(parsing text: ByteBuffer) throws(NovaError) {
        let value: JSONValue
        do throws(JSONReadError) {
            value = try JSONValue(parsing: text.readableBytesView, from: .request)
        } catch {
            throw NovaError(.validationError, "the message is not JSON: \(error)")
        }
        guard let members = value.objectValue else {
            throw NovaError(.validationError, "the message must be an object, not \(value.kindName)")
        }
        try self.init(members)
    }

    /// What the client chose to tell the answer by; nil where it did not, or not as it must be.
    ///
    /// It is found also in a message that is refused, as long as that is JSON at all.
    static func ref(of text: ByteBuffer) -> String? {
        do throws(JSONReadError) {
            let ref = try JSONValue(parsing: text.readableBytesView)["ref"]?.stringValue
            return ref.flatMap { $0.utf8.count <= maximumRefBytes ? $0 : nil }
        } catch {
            // That it is no JSON is what it is refused for.
            return nil
        }
    }

    private init(_ members: JSONObject) throws(NovaError) {
        var reader = Validator(.request)
        let type = reader.required(members["type"], "/type") { $0.string($1, $2) }
        _ = reader.string(members["ref"], "/ref", length: 0...Self.maximumRefBytes)
        switch type {
        case "subscribe":
            reader.known(members, Self.commonMembers + ["channels", "after", "domain"], at: .root)
            let channels = Self.channels(members["channels"], &reader)
            let after = Self.eventID(members["after"], &reader)
            self = .subscribe(channels: channels, after: after, domain: Self.domain(members, &reader))
        case "unsubscribe":
            reader.known(members, Self.commonMembers + ["channels", "domain"], at: .root)
            let channels = Self.channels(members["channels"], &reader)
            self = .unsubscribe(channels: channels, domain: Self.domain(members, &reader))
        case "behavioral":
            reader.known(members, Self.commonMembers + ["flow_id", "domain"], at: .root)
            let flowID = reader.id(members["flow_id"], "/flow_id", of: "flow")
            self = .analytics(flowID: flowID, domain: Self.domain(members, &reader))
        case "ping":
            reader.known(members, Self.commonMembers, at: .root)
            self = .ping
        case nil:
            self = .ping
        case .some(let type):
            let domain = Self.domain(members, &reader)
            if let message = AgentMessage(members, type: type, domain: domain, &reader) {
                self = .agent(message)
            } else {
                self = .ping
                let meant = DidYouMean.suggestion(for: type, among: Self.types)
                reader.fail(
                    "/type",
                    "must be one of \(Self.types.joined(separator: ", "))"
                        + (meant.map { "; did you mean \"\($0)\"?" } ?? "")
                )
            }
        }
        try reader.finish()
    }

    private static func domain(_ members: JSONObject, _ reader: inout Validator) -> String? {
        reader.id(members["domain"], "/domain", of: "domain")
    }

    /// At least one; the same one twice counts once.
    private static func channels(_ value: JSONValue?, _ reader: inout Validator) -> [String] {
        let pointer: JSONPointer = "/channels"
        let names = reader.required(value, pointer) { $0.strings($1, $2, length: 1...300) } ?? []
        if value?.arrayValue?.isEmpty == true { reader.fail(pointer, "must name at least one channel") }
        guard names.count <= maximumChannels else {
            reader.fail(pointer, "must name at most \(maximumChannels) channels")
            return []
        }
        for (index, name) in names.enumerated() {
            if let fault = Channel.fault(name) { reader.fail(pointer.appending(index), fault) }
        }
        var known: Set<String> = []
        return names.filter { known.insert($0).inserted }
    }

    private static func eventID(_ value: JSONValue?, _ reader: inout Validator) -> EventID? {
        guard let text = reader.string(value, "/after", length: 1...100) else { return nil }
        guard let id = EventID(text) else {
            reader.fail("/after", "must be the id of an event, such as 1732480000000-1732479000007")
            return nil
        }
        return id
    }
}
