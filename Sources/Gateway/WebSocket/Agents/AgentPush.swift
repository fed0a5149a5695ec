import Logging
import NovaContract
import NovaStore
import Synchronization
import WorkPool

/// Pushes tasks to one agent behind a socket, for as long as both want it.
///
/// It claims as a waiting claim over HTTP does, and takes its turn among them. A task that is pushed while the socket dies
/// is given again when its lease has run out; one that comes too late to be pushed is given back at once.
final class AgentPush: Sendable {
    let space: WorkSpace
    let agentID: String
    private let session: Session
    private let lease: Duration?
    private let claims: ClaimHub
    private let logger: Logger
    private let ticket: ClaimHub.Ticket
    private let isStopped = Mutex(false)
    /// Of one claim; the agent's capacity counts beside it.
    private static let most = 100

    init(
        agentID: String,
        lease: Duration?,
        space: WorkSpace,
        session: Session,
        claims: ClaimHub,
        logger: Logger
    ) {
        self.agentID = agentID
        self.lease = lease
        self.space = space
        self.session = session
        self.claims = claims
        self.logger = logger
        ticket = claims.enter(owner: space.owner, domain: space.domain, agentID: agentID)
    }

    /// Nothing is pushed that was not claimed yet.
    func stop() {
        isStopped.withLock { $0 = true }
        claims.nudge(ticket)
    }

    /// Instead of `run`, where that cannot be.
    func abandon() { claims.leave(ticket, isServed: false) }

    /// The agent may have room now.
    func nudge() { claims.nudge(ticket) }

    private var isWanted: Bool { !isStopped.withLock { $0 } && session.isOpen && !claims.isClosed && !Task.isCancelled }

    func run() async {
        var isServed = false
        defer { claims.leave(ticket, isServed: isServed) }
        while isWanted {
            claims.ask(ticket)
            isServed = await claim()
            if isServed { continue }
            claims.pass(ticket)
            guard isWanted else { return }
            await claims.wait(ticket, atMost: ClaimHub.longestSilence)
        }
    }

    /// Returns whether there was something.
    private func claim() async -> Bool {
        do {
            // In a task of its own: what is claimed while the gateway stops is given back, not lost.
            let (space, agentID, lease) = (space, agentID, lease)
            let tasks = try await Task {
                try await space.tasks.claim(agentID: agentID, maximum: Self.most, lease: lease)
            }.value
            for task in tasks {
                if isWanted {
                    session.offer(ServerMessage.task(task, agentID: agentID))
                } else {
                    await giveBack(task)
                }
            }
            return !tasks.isEmpty
        } catch {
            if !Task.isCancelled {
                logger.warning(
                    "tasks could not be claimed for a socket",
                    metadata: ["agent_id": "\(agentID)", "owner": "\(space.owner)", "error": "\(error)"]
                )
            }
            return false
        }
    }

    /// In a task of its own: that which claims is cancelled where the gateway stops.
    private func giveBack(_ task: TaskRecord) async {
        let (space, agentID, logger) = (space, agentID, logger)
        await Task {
            do {
                let report = try TaskReport(
                    taskID: task.id,
                    agentID: agentID,
                    token: task.token,
                    kind: .release,
                    tokens: nil
                )
                _ = try await space.tasks.report(report, by: agentID, jobID: "back:\(task.id):\(task.token)")
            } catch {
                logger.warning(
                    "a task that nobody was there for waits for the end of its lease",
                    metadata: ["task_id": "\(task.id)", "agent_id": "\(agentID)", "error": "\(error)"]
                )
            }
        }.value
    }
}
