/// Something that happened, as subscribers hear of it.
package struct Event: Sendable, Equatable {
    package let id: EventID
    /// For example `job.completed`.
    package let name: String
    package let domain: String
    /// The channels it belongs to, the most specific first.
    package let channels: [String]
    /// JSON, as the worker wrote it; passed on without being read.
    package let data: String

    package init(id: EventID, name: String, domain: String, channels: [String], data: String) {
        self.id = id
        self.name = name
        self.domain = domain
        self.channels = channels
        self.data = data
    }

    /// Separates the parts of a published event.
    ///
    /// No id, name or JSON text holds this character.
    package static let separator: Character = "\u{1F}"
    /// Separates channels.
    ///
    /// Ids hold no control characters.
    package static let channelSeparator: Character = "\n"

    /// Reads a published event: id, name, domain, channels and data, separated.
    package init?(published text: String) {
        let parts = text.split(separator: Self.separator, maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, let id = EventID(parts[0]) else { return nil }
        self.init(
            id: id,
            name: String(parts[1]),
            domain: String(parts[2]),
            channels: parts[3].split(separator: Self.channelSeparator).map(String.init),
            data: String(parts[4])
        )
    }

    /// The WebSocket frame for a subscriber of `channel`.
    package func frame(channel: String) -> String {
        let name = JSONValue.string(channel).jsonString
        return #"{"type":"event","id":"\#(id)","channel":\#(name),"event":"\#(self.name)","data":\#(data)}"#
    }
}
