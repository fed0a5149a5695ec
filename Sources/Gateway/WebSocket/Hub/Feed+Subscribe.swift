import AsyncPrimitives
import Logging
import NIOCore
import NovaContract
import NovaStore
import RedisClient
import Synchronization

extension Feed {
    /// Subscribes a session that has entered, acknowledges it, and sends what it is owed of the past.
    ///
    /// Returns when the session is live, or closed.
    ///
    /// - Parameters:
    ///   - after: the last event the client has; nil: from now on.
    ///   - ref: said back with the acknowledgement.
    /// - Throws: `NovaError` or what Redis says; then nothing has changed for the session.
    func subscribe(
        _ session: Session,
        to subscriptions: [Subscription],
        after: EventID?,
        ref: String?
    ) async throws {
        do {
            try await ready.wait(upTo: configuration.subscribeTimeout)
        } catch is DeadlineExceeded {
            throw NovaError(.serviceUnavailable, "the events cannot be heard now", retryAfter: 1)
        }
        let limit = configuration.maximumSubscriptions
        guard state.withLock({ $0.count(session, with: subscriptions) }) <= limit else {
            throw NovaError(.validationError, "a socket has at most \(limit) subscriptions")
        }
        if let after {
            try await catchUp(session, subscriptions, after, ref)
        } else {
            joinNow(session, subscriptions, ref)
        }
    }

    /// The acknowledgement is in line before any event: both are put there under the lock.
    private func joinNow(_ session: Session, _ subscriptions: [Subscription], _ ref: String?) {
        state.withLock { state in
            guard let now = state.join(session, subscriptions) else { return }
            session.offer(ServerMessage.subscribed(subscriptions.map(\.channel), lastID: now, ref: ref), id: now)
        }
    }

    // MARK: - The past

    private func catchUp(
        _ session: Session,
        _ subscriptions: [Subscription],
        _ after: EventID,
        _ ref: String?
    ) async throws {
        let newest = try await store.events.newest(owner: owner) ?? .start
        // A place behind the end is one of a log that was lost: what is kept now all came later.
        let isLost = after > newest
        let begin = isLost ? EventID.start : after
        guard let departure = state.withLock({ $0.depart(session) }) else { return }
        session.offer(ServerMessage.subscribed(subscriptions.map(\.channel), lastID: begin, ref: ref), id: begin)
        let work = CatchUp(subscriptions, after: begin, lost: isLost ? after : nil, leaving: departure)
        do {
            try await read(session, work, era: departure.era)
        } catch is CancellationError {
            session.close(.stopping)
        } catch {
            // It left the live ones and cannot come back without a hole: it is told its place and comes again.
            logger.warning("the event log cannot be read", metadata: ["owner": "\(owner)", "error": "\(error)"])
            session.close(.unavailable)
        }
    }

    private func read(_ session: Session, _ first: CatchUp, era firstEra: Int) async throws {
        var work = first
        var era = firstEra
        var expected: EventID?
        while session.isOpen {
            let page = try await page(after: work.cursor)
            guard await send(page, &work, to: session) else { return }
            if page.count == configuration.pageSize { continue }
            if let after = work.takeOpenGap() { tell(session, gapAfter: after, next: nil) }
            switch state.withLock({ $0.comeBack(session, work.outcome, at: work.cursor, era: era) }) {
            case .live:
                // What has changed while it read was told to the others only.
                analytics.mark(state.withLock { $0.allAnalytics() })
                return
            case .gone: return
            case .behind(let position) where expected.map { work.cursor < $0 } ?? false:
                // Looked for again, and not there.
                tell(session, gapAfter: work.cursor, next: nil)
                work.skip(to: position)
            case .behind(let position):
                expected = position
            case .restarted:
                era = state.withLock { $0.era }
                work = work.restarted(era: era)
                expected = nil
            }
        }
    }

    /// Sends what the socket is owed of a page, as fast as it reads.
    ///
    /// False where it is closed.
    private func send(_ page: [Event], _ work: inout CatchUp, to session: Session) async -> Bool {
        for event in page {
            let step = work.read(event)
            if let gap = step.gap { tell(session, gapAfter: gap.after, next: gap.next) }
            guard let channel = step.channel, session.key.mayTouch(domain: event.domain) else { continue }
            guard await session.send(ByteBuffer(string: event.frame(channel: channel)), id: event.id) else {
                return false
            }
        }
        return session.isOpen
    }

    private func tell(_ session: Session, gapAfter after: EventID, next: EventID?) {
        metrics.toldOfGap()
        session.offer(ServerMessage.gap(after: after, next: next))
    }

    /// One page of the log; tried for a while where Redis is away.
    private func page(after cursor: EventID) async throws -> [Event] {
        let deadline = ContinuousClock.now + configuration.subscribeTimeout
        return try await retrying(.eventPage) {
            try await store.events.events(owner: owner, after: cursor, count: configuration.pageSize)
        } onFailure: { failed in
            guard let error = failed.error as? RedisError, error.isRetriable, .now < deadline else { return nil }
            return failed.delay
        }
    }
}

extension ExponentialBackoff {
    /// Before a page of the log is asked for again, while a socket waits for it: always 100 ms.
    fileprivate static let eventPage = ExponentialBackoff.constant(.milliseconds(100))
}
