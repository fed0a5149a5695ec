import Logging
import NovaAPI
import NovaContract
import NovaStore
import Synchronization
import WorkPool

/// The agents that work over this gateway's sockets.
package final class AgentSockets: Sendable {
    /// Which agent of which space; of one socket.
    private struct Place: Hashable {
        let domain: String
        let agentID: String
    }

    private let store: Store
    private let claims: ClaimHub
    private let commands: CommandService
    private let logger: Logger
    private let pushes = Mutex<[UInt64: [Place: AgentPush]]>([:])
    /// Of one socket.
    static let maximumAgents = 16

    init(store: Store, claims: ClaimHub, commands: CommandService, logger: Logger) {
        self.store = store
        self.claims = claims
        self.commands = commands
        self.logger = logger
    }

    /// Answers a message; every error is told.
    ///
    /// - Parameter submit: does work that others need not wait for; false where it cannot.
    func answer(
        _ message: AgentMessage,
        _ session: Session,
        submit: (@escaping WorkQueue.Work) -> Bool
    ) async {
        guard case .report = message.action else { return await carryOut(message, session, submit) }
        // Whoever waits for the end of a command does not hold up the messages behind it.
        if !submit({ await self.report(message, session) }) { await report(message, session) }
    }

    private func carryOut(
        _ message: AgentMessage,
        _ session: Session,
        _ submit: (@escaping WorkQueue.Work) -> Bool
    ) async {
        do {
            let space = try space(message, session)
            switch message.action {
            case .work(let lease): try begin(message, space, lease, session, submit)
            case .stopWork:
                end(message, space, session)
                tell("work_stopped", ["agent_id": .string(message.agentID)], message, session)
            case .heartbeat:
                let held = try await AgentCalls(space: space, agentID: message.agentID).heartbeat(.object(message.body))
                tell("heartbeat", held, message, session)
            case .progress(let taskID):
                let calls = AgentCalls(space: space, agentID: message.agentID)
                tell("progress", try await calls.progress(of: taskID, .object(message.body)), message, session)
            case .report: break
            }
        } catch {
            fail(error, message, session)
        }
    }

    private func space(_ message: AgentMessage, _ session: Session) throws -> WorkSpace {
        try session.key.require(Permission(.write, area: "agents"))
        let domain = try session.key.domain(requested: message.domain)
        return store.work(owner: session.key.owner, domain: domain)
    }

    // MARK: - Work

    private func begin(
        _ message: AgentMessage,
        _ space: WorkSpace,
        _ lease: Double?,
        _ session: Session,
        _ submit: (@escaping WorkQueue.Work) -> Bool
    ) throws {
        let place = Place(domain: space.domain, agentID: message.agentID)
        let push = try pushes.withLock { pushes throws(NovaError) -> AgentPush? in
            var own = pushes[session.id] ?? [:]
            // A session that is closed has left, or is about to, and must not enter again.
            guard own[place] == nil, session.isOpen else { return nil }
            guard own.count < Self.maximumAgents else {
                throw NovaError(.rateLimitExceeded, "a socket is at most \(Self.maximumAgents) agents", retryAfter: 5)
            }
            let push = AgentPush(
                agentID: message.agentID,
                lease: lease.map { .milliseconds(Int64($0 * 1_000)) },
                space: space,
                session: session,
                claims: claims,
                logger: logger
            )
            own[place] = push
            pushes[session.id] = own
            return push
        }
        let told: JSONValue = ["agent_id": .string(message.agentID), "domain": .string(space.domain)]
        // Before the first task.
        tell("working", told, message, session)
        guard let push else { return }
        let isBegun = submit {
            await push.run()
            self.forget(push, place, session)
        }
        guard !isBegun else { return }
        push.abandon()
        forget(push, place, session)
        throw NovaError(.serviceUnavailable, "this gateway has no place for another agent", retryAfter: 5)
    }

    private func forget(_ push: AgentPush, _ place: Place, _ session: Session) {
        pushes.withLock { pushes in
            guard pushes[session.id]?[place] === push else { return }
            pushes[session.id]?[place] = nil
            if pushes[session.id]?.isEmpty == true { pushes[session.id] = nil }
        }
    }

    private func end(_ message: AgentMessage, _ space: WorkSpace, _ session: Session) {
        let place = Place(domain: space.domain, agentID: message.agentID)
        pushes.withLock { $0[session.id]?.removeValue(forKey: place) }?.stop()
    }

    /// The socket is gone.
    func leave(_ session: Session) {
        let left = pushes.withLock { $0.removeValue(forKey: session.id) }
        for push in left?.values.map(\.self) ?? [] { push.stop() }
    }

    // MARK: - Reports

    private func report(_ message: AgentMessage, _ session: Session) async {
        guard case .report(let form, let taskID) = message.action else { return }
        do {
            let space = try space(message, session)
            var body = message.body
            body["agent_id"] = .string(message.agentID)
            _ = try TaskReport(form, taskID: taskID, body: .object(body), source: .request)
            let ending = try await commands.handle(
                Self.kind(form),
                entity: taskID,
                domain: space.domain,
                key: session.key,
                body: .object(body)
            )
            let place = Place(domain: space.domain, agentID: message.agentID)
            pushes.withLock { $0[session.id]?[place] }?.nudge()
            try tell(ending, taskID, message, session)
        } catch {
            fail(error, message, session)
        }
    }

    private static func kind(_ form: TaskReport.Form) -> CommandKind {
        switch form {
        case .complete: TaskCommands.complete.kind
        case .fail: TaskCommands.fail.kind
        case .release, .progress: TaskCommands.release.kind
        }
    }

    private func tell(_ ending: JobEnding, _ taskID: String, _ message: AgentMessage, _ session: Session) throws {
        switch ending {
        case .completed(let jobID, let result):
            var members = try JSONValue(parsing: result).objectValue ?? [:]
            members["job_id"] = .string(jobID)
            tell("reported", .object(members), message, session)
        case .failed(_, let error): fail(error, message, session)
        case .pending(let jobID):
            tell("accepted", ["task_id": .string(taskID), "job_id": .string(jobID)], message, session)
        }
    }

    // MARK: - Telling

    private func tell(_ type: String, _ members: JSONValue, _ message: AgentMessage, _ session: Session) {
        session.offer(ServerMessage.agent(type, members, ref: message.ref))
    }

    private func fail(_ error: any Error, _ message: AgentMessage, _ session: Session) {
        let told = NovaError(cause: error)
        if told.code == .serviceError || told.code == .serviceUnavailable {
            logger.warning(
                "what an agent said over a socket failed",
                metadata: ["agent_id": "\(message.agentID)", "key": "\(session.key.id)", "error": "\(error)"]
            )
        }
        session.offer(ServerMessage.error(told, ref: message.ref))
    }
}
