import DequeModule

/// Who has subscribed to what, and what the server has said of it, as a plain value without socket or lock.
///
/// Many scopes may name the same topic: the first to come subscribes, the last to go unsubscribes. The server answers
/// commands in order, so that a queue of what is expected tells which command an answer belongs to, also when the same
/// topic is left and joined again before the first answer. `Sink` is where a scope's events go.
struct SubscriptionTable<Sink> {
    typealias ScopeID = UInt64

    struct Delivery {
        let scope: ScopeID
        let sink: Sink
        /// A failure is the last that the scope hears.
        let content: Result<RedisSubscriptionEvent, RedisError>
    }

    private struct Scope {
        enum Phase { case waiting, ready, interrupted }
        let sink: Sink
        let topics: Set<SubscriptionTopic>
        var missing: Int
        var phase = Phase.waiting
    }

    private struct Topic {
        var scopes: Set<ScopeID> = []
        /// Of the SUBSCRIBE that was sent last.
        var serial: UInt64 = 0
        var isConfirmed = false
    }

    private enum Expected {
        case subscribed(SubscriptionTopic, serial: UInt64)
        case unsubscribed(SubscriptionTopic)
        case pong
    }

    private let maxExpected: Int
    private var scopes: [ScopeID: Scope] = [:]
    private var topics: [SubscriptionTopic: Topic] = [:]
    private var expected: Deque<Expected> = []
    private var outgoing: [[RedisArgument]] = []
    private var lastID: ScopeID = 0
    private var lastSerial: UInt64 = 0
    private var isConnected = false
    /// Why there has been no connection for so long that scopes are told.
    private var outage: String?

    init(maxExpected: Int) {
        self.maxExpected = maxExpected
    }

    /// Commands to be sent, in order.
    mutating func takeOutgoing() -> [[RedisArgument]] {
        defer { outgoing = [] }
        return outgoing
    }
}

// MARK: - Scopes

extension SubscriptionTable {
    /// Adds a scope.
    ///
    /// `makeSink` is given the event it begins with, if that is known already. Nil: the server has not answered so many
    /// commands that no more may be sent.
    mutating func join(
        _ names: Set<SubscriptionTopic>,
        makeSink: (RedisSubscriptionEvent?) -> Sink
    ) -> (id: ScopeID, sink: Sink)? {
        guard expected.count + names.count <= maxExpected else { return nil }
        lastID += 1
        var missing = 0
        for name in names {
            let isNew = topics[name] == nil
            topics[name, default: Topic()].scopes.insert(lastID)
            if isNew { subscribe(name) }
            if topics[name]?.isConfirmed != true { missing += 1 }
        }
        let phase: Scope.Phase = missing == 0 ? .ready : outage == nil ? .waiting : .interrupted
        let sink = makeSink(phase == .ready ? .subscribed : outage.map { .interrupted($0) })
        scopes[lastID] = Scope(sink: sink, topics: names, missing: missing, phase: phase)
        return (lastID, sink)
    }

    /// Removes a scope, if it is still there.
    mutating func leave(_ id: ScopeID) {
        guard let scope = scopes.removeValue(forKey: id) else { return }
        for name in scope.topics {
            topics[name]?.scopes.remove(id)
            guard let topic = topics[name], topic.scopes.isEmpty else { continue }
            topics[name] = nil
            guard isConnected else { continue }
            outgoing.append(name.unsubscribeCommand)
            expected.append(.unsubscribed(name))
        }
    }

    /// Removes all scopes.
    mutating func leaveAll() -> [Sink] {
        defer {
            scopes = [:]
            topics = [:]
        }
        return scopes.values.map(\.sink)
    }

    private mutating func subscribe(_ name: SubscriptionTopic) {
        guard isConnected else { return }
        lastSerial += 1
        topics[name]?.serial = lastSerial
        outgoing.append(name.subscribeCommand)
        expected.append(.subscribed(name, serial: lastSerial))
    }
}

// MARK: - The connection

extension SubscriptionTable {
    mutating func connected() {
        isConnected = true
        outage = nil
        for name in topics.keys { subscribe(name) }
    }

    /// Nothing is subscribed any more.
    ///
    /// Tells those who believe they are.
    mutating func disconnected(_ reason: String) -> [Delivery] {
        isConnected = false
        expected.removeAll()
        outgoing = []
        for name in topics.keys { topics[name]?.isConfirmed = false }
        for (id, scope) in scopes { scopes[id]?.missing = scope.topics.count }
        return interrupt(from: .ready, reason)
    }

    /// There will be no connection soon.
    ///
    /// Tells those who have waited for their first.
    mutating func unavailable(_ reason: String) -> [Delivery] {
        outage = reason
        return interrupt(from: .waiting, reason)
    }

    private mutating func interrupt(from phase: Scope.Phase, _ reason: String) -> [Delivery] {
        scopes.filter { $0.value.phase == phase }.map { id, scope in
            scopes[id]?.phase = .interrupted
            return Delivery(scope: id, sink: scope.sink, content: .success(.interrupted(reason)))
        }
    }

    /// Asks the server for a sign of life.
    mutating func ping() {
        outgoing.append(["PING"])
        expected.append(.pong)
    }

    /// Throws where the reply makes no sense.
    mutating func receive(_ reply: RedisValue) throws(RedisError) -> [Delivery] {
        guard let reply = SubscriptionReply(reply) else { throw .protocolViolation("not a pub/sub reply") }
        if case .message(let topic, let channel, let payload) = reply {
            let pattern = topic.isPattern ? topic.name : nil
            return deliveries(topic, .message(channel: channel, pattern: pattern, payload: payload))
        }
        switch (expected.popFirst(), reply) {
        case (.subscribed(let name, let serial), .subscribed(let confirmed)) where confirmed == name:
            return confirm(name, serial)
        case (.subscribed(let name, let serial), .error(let error)):
            return refuse(name, serial, error)
        case (.unsubscribed(let name), .unsubscribed(let confirmed)) where confirmed == name: return []
        // A user who may not PING or unsubscribe is alive nevertheless.
        case (.pong, .pong), (.pong, .error), (.unsubscribed, .error): return []
        default: throw .protocolViolation("a pub/sub reply to no command")
        }
    }

    /// To the scopes that have all their topics: what comes before is not promised to anybody.
    private func deliveries(_ name: SubscriptionTopic, _ event: RedisSubscriptionEvent) -> [Delivery] {
        (topics[name]?.scopes ?? []).compactMap { id in
            guard let scope = scopes[id], scope.phase == .ready else { return nil }
            return Delivery(scope: id, sink: scope.sink, content: .success(event))
        }
    }

    private mutating func confirm(_ name: SubscriptionTopic, _ serial: UInt64) -> [Delivery] {
        guard let topic = topics[name], topic.serial == serial else { return [] }
        topics[name]?.isConfirmed = true
        var deliveries: [Delivery] = []
        for id in topic.scopes {
            guard var scope = scopes[id] else { continue }
            scope.missing -= 1
            if scope.missing == 0 {
                scope.phase = .ready
                deliveries.append(Delivery(scope: id, sink: scope.sink, content: .success(.subscribed)))
            }
            scopes[id] = scope
        }
        return deliveries
    }

    private mutating func refuse(
        _ name: SubscriptionTopic,
        _ serial: UInt64,
        _ error: RedisServerError
    ) -> [Delivery] {
        guard let topic = topics[name], topic.serial == serial else { return [] }
        return topic.scopes.compactMap { id in
            guard let scope = scopes[id] else { return nil }
            leave(id)
            return Delivery(scope: id, sink: scope.sink, content: .failure(.server(error)))
        }
    }
}

extension SubscriptionTable.Delivery: Sendable where Sink: Sendable {}
