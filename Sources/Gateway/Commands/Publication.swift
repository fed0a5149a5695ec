import NovaContract
import NovaStore

/// What one request took upon itself with its admission: to publish a command, or to say that it could not.
struct Publication: Sendable {
    let command: Command
    /// The job id under which the request was admitted.
    ///
    /// It is the command's own, or, where the request repeats an earlier one, tells it from the other requests.
    let id: String
    let idempotency: IdempotencyClaim?
    /// Whether the job was admitted before, so that it may have ended already.
    let isRepetition: Bool

    init(_ command: Command, _ idempotency: IdempotencyClaim?) {
        self.init(command: command, id: command.jobID, idempotency: idempotency, isRepetition: false)
    }

    private init(command: Command, id: String, idempotency: IdempotencyClaim?, isRepetition: Bool) {
        self.command = command
        self.id = id
        self.idempotency = idempotency
        self.isRepetition = isRepetition
    }

    /// The same command as that of the earlier job.
    ///
    /// The deadline stays the one of the request that made the job.
    func repeating(_ earlier: EarlierJob) -> Publication {
        let repeated = Command(
            jobID: earlier.id,
            kind: command.kind,
            // What is named after its job has the earlier one's name.
            entityID: command.entityID == command.jobID ? earlier.id : command.entityID,
            owner: command.owner,
            domain: command.domain,
            keyID: command.keyID,
            requestID: command.requestID,
            createdAt: earlier.createdAt ?? command.createdAt,
            replyTo: command.replyTo,
            traceparent: command.traceparent,
            deadline: earlier.deadline ?? command.deadline,
            ifVersion: command.ifVersion,
            payload: command.payload
        )
        return Publication(command: repeated, id: id, idempotency: idempotency, isRepetition: true)
    }

    /// All that withdrawing needs; a payload may be large.
    var withoutPayload: Publication {
        let bare = Command(
            jobID: command.jobID,
            kind: command.kind,
            entityID: command.entityID,
            owner: command.owner,
            domain: command.domain,
            keyID: command.keyID,
            requestID: command.requestID,
            createdAt: command.createdAt,
            payload: []
        )
        return Publication(command: bare, id: id, idempotency: idempotency, isRepetition: isRepetition)
    }
}
