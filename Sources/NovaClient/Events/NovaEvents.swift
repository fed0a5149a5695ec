import NovaContract

/// The messages of a subscription, in order, over as many connections as it takes; valid inside
/// ``NovaClient/withEvents(channels:since:domain:isolation:_:)``.
///
/// ```swift
/// for try await message in events {
///     switch message {
///     case .event(let event): print(event.name, event.data)
///     case .gap: try await readEverythingAgain()
///     default: break
///     }
/// }
/// ```
///
/// One task reads at a time; a second loop goes on where the first one stopped. It ends without an error only when the scope
/// does.
public struct NovaEvents: AsyncSequence, Sendable {
    /// What a subscriber is told.
    public enum Message: Sendable, Equatable {
        /// Something happened.
        case event(NovaEvent)
        /// Events between these two may be missing: they are no longer kept.
        ///
        /// `next` is nil where nothing came after.
        case gap(after: String, next: String?)
        /// The figures of an `analytics:…` channel have changed.
        case analytics(channel: String, JSON)
        /// The connection was lost, and is made again when the next message is asked for.
        ///
        /// Nothing is missing unless a gap follows.
        case interrupted(NovaClientError)
    }

    /// Reads the messages.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let session: EventSession

        /// The next message; nil when the scope has ended.
        ///
        /// - Throws: ``NovaClientError`` when Nova refuses the subscription, as it does when a key is revoked, or when a lost
        ///   connection is not to be made again; `CancellationError`.
        public mutating func next() async throws -> Message? { try await session.next() }
    }

    let session: EventSession

    /// Reads on where the last reader stopped.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(session: session) }

    /// The id of the last event that was read, or where the subscription began; for a later `since`.
    public var position: String { session.position }
}

/// Something that happened, as a channel tells it.
public struct NovaEvent: Sendable, Equatable {
    /// The whole message.
    public let json: JSON

    /// Ordered, and without repetition, within the owner of a key.
    public var id: String { json["id"]?.string ?? "" }
    /// The subscribed channel that it came by: one of them, where it belongs to more.
    public var channel: String { json["channel"]?.string ?? "" }
    /// What happened: `job.completed`.
    public var name: String { json["event"]?.string ?? "" }
    /// About what, and how.
    public var data: JSON { json["data"] ?? .null }
    /// The job that it is about.
    public var jobID: String? { json["data"]?["job_id"]?.string }
}

/// What a gateway sends.
enum ServerMessage: Equatable {
    /// Everything after `lastID` follows.
    case subscribed(lastID: String?)
    case told(NovaEvents.Message)
    case error(NovaProblem)
    /// An answer that nobody waits for, or one of a kind this client does not know.
    case other

    /// - Throws: ``NovaClientError/invalidJSON(_:)``.
    init(parsing text: String) throws(NovaClientError) {
        let json = try JSON(parsing: text.utf8)
        func member(_ name: String) -> String { json[name]?.string ?? "" }
        switch member("type") {
        case "subscribed": self = .subscribed(lastID: json["last_id"]?.string)
        case "event": self = .told(.event(NovaEvent(json: json)))
        case "gap": self = .told(.gap(after: member("after"), next: json["next"]?.string))
        case "analytics_update": self = .told(.analytics(channel: member("channel"), json))
        case "error":
            self = NovaProblem(error: json["error"]).map { .error($0) } ?? .other
        default: self = .other
        }
    }
}
