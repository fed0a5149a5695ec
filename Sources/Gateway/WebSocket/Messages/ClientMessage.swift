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

    private static let types = "subscribe, unsubscribe, ping, behavioral, \(AgentMessage.types)"

    /// - Throws: `VALIDATION_ERROR` naming what is wrong.
    init(parsing text: ByteBuffer) throws(NovaError) {
        let value: JSONValue
        do throws(JSONReadError) {
            value = try JSONValue(parsing: text.readableBytesView, from: .request)
        } catch {
            throw NovaError(.validationError, "the message is not JSON: \(error)")
        }
        guard value.objectValue != nil else {
            throw NovaError(.validationError, "the message must be an object, not \(value.kindName)")
        }
        try self.init(value)
    }

    /// What a message that is refused wants its answer to name.
    static func ref(of text: ByteBuffer) -> String? {
        do throws(JSONReadError) {
            return try JSONValue(parsing: text.readableBytesView)["ref"]?.stringValue
        } catch {
            // That it is no JSON is what it is refused for.
            return nil
        }
    }

    private init(_ value: JSONValue) throws(NovaError) {
        var reader = Validator()
        let type = reader.required(value["type"], "/type") { $0.string($1, $2) }
        switch type {
        case "subscribe":
            let channels = Self.channels(value["channels"], &reader)
            let after = Self.eventID(value["after"], &reader)
            let domain = Self.id(value["domain"], "/domain", &reader)
            self = .subscribe(channels: channels, after: after, domain: domain)
        case "unsubscribe":
            let channels = Self.channels(value["channels"], &reader)
            self = .unsubscribe(channels: channels, domain: Self.id(value["domain"], "/domain", &reader))
        case "behavioral":
            let flowID = Self.id(value["flow_id"], "/flow_id", &reader)
            self = .analytics(flowID: flowID, domain: Self.id(value["domain"], "/domain", &reader))
        case "ping", nil: self = .ping
        case .some(let type):
            let domain = Self.id(value["domain"], "/domain", &reader)
            if let message = AgentMessage(value, type: type, domain: domain, &reader) {
                self = .agent(message)
            } else {
                self = .ping
                reader.fail("/type", "must be one of \(Self.types)")
            }
        }
        try reader.finish()
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

    private static func id(_ value: JSONValue?, _ pointer: JSONPointer, _ reader: inout Validator) -> String? {
        guard let text = reader.string(value, pointer, length: 0...10_000) else { return nil }
        if let fault = EntityID.fault(text) { reader.fail(pointer, fault) }
        return text
    }
}
