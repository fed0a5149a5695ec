import NovaContract
import WorkerRuntime

/// A handler that notes what it is given and does what the test says.
actor ScriptedHandler: CommandHandler {
    struct Call: Sendable, Equatable {
        let jobID: String
        let entityID: String
        let attempt: Int
    }

    private let script: @Sendable (Call, JobContext) async -> Outcome
    private(set) var calls: [Call] = []
    private var running: Set<String> = []
    private(set) var mostAtOnce = 0
    /// Entities that two commands ran on at the same time.
    private(set) var overlaps: Set<String> = []

    init(_ script: @escaping @Sendable (Call, JobContext) async -> Outcome) { self.script = script }

    func handle(_ command: Command, context: JobContext) async -> Outcome {
        let call = Call(jobID: command.jobID, entityID: command.entityID, attempt: context.attempt)
        calls.append(call)
        if !running.insert(call.entityID).inserted { overlaps.insert(call.entityID) }
        mostAtOnce = max(mostAtOnce, running.count)
        let outcome = await script(call, context)
        running.remove(call.entityID)
        return outcome
    }
}

/// Opens when `count` have come; all wait for that.
actor Gate {
    private let count: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var arrived = 0

    init(_ count: Int) { self.count = count }

    func pass() async {
        arrived += 1
        if arrived >= count {
            for continuation in waiting { continuation.resume() }
            waiting = []
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}

/// Something that happens once and can be awaited by one task.
struct Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1)) }

    func raise() { continuation.yield() }

    func wait() async { _ = await stream.first { _ in true } }
}
