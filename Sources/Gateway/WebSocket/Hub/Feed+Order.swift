import AsyncPrimitives
import Logging
import NovaContract
import NovaStore
import Synchronization

/// Events in order and without holes: what is not heard is read from the log, what is not there either is told.
extension Feed {
    /// All channels are subscribed: what was published before is in the log, what comes after will be heard.
    func synchronize() async throws {
        guard state.withLock({ $0.position }) == nil else { return try await fill() }
        let newest = try await store.events.newest(owner: owner) ?? .start
        state.withLock { $0.begin(at: newest) }
        ready.set()
    }

    func take(_ payload: [UInt8]) async throws {
        guard let event = Event(published: String(decoding: payload, as: UTF8.self)) else {
            logger.error("an event cannot be read; the log is read instead", metadata: ["owner": "\(owner)"])
            return try await fill()
        }
        let mustFill = state.withLock { state -> Bool in
            guard let position = state.position else { return false }
            switch EventOrder(of: event.id, after: position) {
            case .known: return false
            case .follows:
                giveOut(event, &state)
                return false
            case .unknown:
                // Heard without interruption, so that nothing is missing: the log has begun, or begun anew.
                guard event.id.looksLikeBeginning else { return true }
                if event.id < position { state.restart() }
                giveOut(event, &state)
                return false
            }
        }
        if mustFill { try await fill() }
    }

    /// Gives out what the log has after the position, and tells of what it has no more.
    private func fill() async throws {
        var unseen: EventID?
        while let position = state.withLock({ $0.position }) {
            let page = try await store.events.events(owner: owner, after: position, count: configuration.pageSize)
            for event in page { give(event) }
            if page.count == configuration.pageSize { continue }
            guard let next = try await lookBeyond(unseen) else { return }
            unseen = next
        }
    }

    /// The log has no more events.
    ///
    /// Returns nil where that is right, or the event that should be there: it came just now, or, if it was expected
    /// already, it is not kept.
    private func lookBeyond(_ unseen: EventID?) async throws -> EventID? {
        let newest = try await store.events.newest(owner: owner) ?? .start
        return state.withLock { state in
            guard let position = state.position, position != newest else { return nil }
            if newest == .start || EventOrder(of: newest, after: position) == .known {
                // Redis lost its memory, or part of it.
                tellOfGap(&state, after: position, next: nil)
                state.restart()
                state.skip(to: newest)
                return nil
            }
            if newest < position {
                tellOfGap(&state, after: position, next: nil)
                state.restart()
                return newest
            }
            guard unseen == newest else { return newest }
            tellOfGap(&state, after: position, next: nil)
            state.skip(to: newest)
            return nil
        }
    }

    private func give(_ event: Event) {
        state.withLock { state in
            let position = state.position ?? .start
            let isBeginning = position == .start && event.id.looksLikeBeginning
            if EventOrder(of: event.id, after: position) != .follows && !isBeginning {
                tellOfGap(&state, after: position, next: event.id)
            }
            giveOut(event, &state)
        }
    }

    private func giveOut(_ event: Event, _ state: inout FeedState) {
        state.give(event)
        let changes = state.changes(by: event)
        if !changes.isEmpty { analytics.mark(changes) }
    }

    private func tellOfGap(_ state: inout FeedState, after: EventID, next: EventID?) {
        let count = state.tellOfGap(after: after, next: next)
        analytics.mark(state.allAnalytics())
        for _ in 0..<count { metrics.toldOfGap() }
        logger.warning(
            "events may be missing",
            metadata: [
                "owner": "\(owner)", "after": "\(after)", "next": "\(next.map(\.description) ?? "-")",
                "told": "\(count)",
            ]
        )
    }
}
