import DequeModule
import NIOCore

/// The commands of one connection that have no reply yet, in the order of the wire, and the bytes not yet written.
///
/// A plain value without socket, lock or clock. `Waiter` is whoever wants the reply: each is handed out exactly once,
/// by the reply, the deadline, the cancellation or the loss of the connection, whichever comes first. A command whose
/// waiter is gone keeps its place, so that its late reply is known for what it is and discarded.
struct Pipeline<Waiter> {
    /// A waiter leaves the pipeline with what became of its commands.
    struct Completion {
        let waiter: Waiter
        let outcome: CommandOutcome
    }

    private struct Entry {
        var waiter: Waiter?
        let deadline: NIODeadline
        let size: Int
        let isBatch: Bool
        var missing: Int
        var replies: [RedisValue] = []
    }

    private let maxPending: Int
    private let maxPendingBytes: Int

    private var entries: Deque<Entry> = []
    /// Identifier of `entries.first`; identifiers count up, so that an entry is found by subtraction.
    private var firstID: UInt64 = 1
    /// How many requests at the front were given to the socket, at least in part.
    private var writtenCount = 0
    private var outgoing = OutgoingBytes()

    private(set) var pendingCommands = 0
    private(set) var pendingBytes = 0
    /// No deadline is earlier; it may be that of a command long answered.
    private(set) var earliestDeadline = NIODeadline.distantFuture

    init(maxPending: Int, maxPendingBytes: Int) {
        self.maxPending = maxPending
        self.maxPendingBytes = maxPendingBytes
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Takes the request, or returns nil if a bound would be passed.
    ///
    /// The identifier is for `cancel`.
    mutating func submit(_ request: Request, waiter: Waiter, deadline: NIODeadline) -> UInt64? {
        guard
            pendingCommands + request.commandCount <= maxPending,
            pendingBytes + request.size <= maxPendingBytes
        else { return nil }
        outgoing.append(request)
        entries.append(
            Entry(
                waiter: waiter,
                deadline: deadline,
                size: request.size,
                isBatch: request.isBatch,
                missing: request.commandCount
            )
        )
        pendingCommands += request.commandCount
        pendingBytes += request.size
        earliestDeadline = min(earliestDeadline, deadline)
        return firstID + UInt64(entries.count - 1)
    }

    /// The next bytes for the socket.
    ///
    /// From here on their commands may be applied.
    mutating func takeOutgoing() -> ByteBuffer? {
        guard let segment = outgoing.take() else { return nil }
        writtenCount += segment.requestCount
        return segment.bytes
    }

    /// Matches a reply to the oldest command.
    ///
    /// Throws if there is none. Returns nil if more replies belong to the same request, or if nobody waits any more.
    mutating func receive(_ reply: RedisValue) throws(RedisError) -> Completion? {
        guard writtenCount > 0 else { throw .protocolViolation("a reply to no command") }
        pendingCommands -= 1
        entries[0].missing -= 1
        if entries[0].isBatch, entries[0].waiter != nil { entries[0].replies.append(reply) }
        guard entries[0].missing == 0 else { return nil }
        let entry = entries.removeFirst()
        firstID += 1
        writtenCount -= 1
        pendingBytes -= entry.size
        guard let waiter = entry.waiter else { return nil }
        return Completion(waiter: waiter, outcome: entry.isBatch ? .replies(entry.replies) : .reply(reply))
    }

    /// The waiter of a request, if it still waits.
    mutating func cancel(_ id: UInt64) -> Waiter? {
        guard id >= firstID, id - firstID < UInt64(entries.count) else { return nil }
        let index = Int(id - firstID)
        entries[index].replies = []
        return entries[index].waiter.take()
    }

    /// Fails the requests whose deadline is past, and finds the earliest deadline of the others.
    mutating func expire(now: NIODeadline) -> [Completion] {
        var expired: [Completion] = []
        earliestDeadline = .distantFuture
        for index in entries.indices where entries[index].waiter != nil {
            if entries[index].deadline <= now {
                // Also what still waits for the socket will be sent: its bytes are in line.
                if let completion = fail(index, .deadlineExceeded(mayHaveBeenApplied: true)) {
                    expired.append(completion)
                }
            } else {
                earliestDeadline = min(earliestDeadline, entries[index].deadline)
            }
        }
        return expired
    }

    /// Empties the pipeline.
    ///
    /// `violation` tells the oldest command what was wrong with its reply.
    mutating func connectionLost(violation: String? = nil) -> [Completion] {
        var failed: [Completion] = []
        for index in entries.indices {
            let error: RedisError
            if index == 0, let violation {
                error = .protocolViolation(violation)
            } else {
                error = .connectionLost(mayHaveBeenApplied: index < writtenCount)
            }
            if let completion = fail(index, error) { failed.append(completion) }
        }
        firstID += UInt64(entries.count)
        entries.removeAll()
        outgoing = OutgoingBytes()
        (writtenCount, pendingCommands, pendingBytes) = (0, 0, 0)
        earliestDeadline = .distantFuture
        return failed
    }

    private mutating func fail(_ index: Int, _ error: RedisError) -> Completion? {
        guard let waiter = entries[index].waiter.take() else { return nil }
        let replies = entries[index].replies
        entries[index].replies = []
        return Completion(waiter: waiter, outcome: .failure(error, after: replies))
    }
}

extension Pipeline.Completion: Sendable where Waiter: Sendable {}
