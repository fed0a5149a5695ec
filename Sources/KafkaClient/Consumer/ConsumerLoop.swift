import AsyncPrimitives
import Logging
import Synchronization

/// The consumer's poll thread: the only user of its queues, and the one that answers rebalances.
///
/// It holds on to itself until it has left the group. It never waits for the reader, so that the group hears from us
/// however slow the reader is: messages stay in a queue of their own while the buffer is full.
final class ConsumerLoop: Sendable {
    let handle: ClientHandle
    let buffer: ConsumerBuffer
    let commits = PendingCalls<Void>()
    let closed = AsyncEvent()
    let configuration: KafkaConsumerConfiguration
    let logger: Logger
    /// Answers to commits; after the group is being left, also the last rebalance.
    let answers: ClientQueue
    /// Messages of all assigned partitions.
    let messages: ClientQueue
    let control: ClientQueue
    let wakeUp: WakeUp
    let isClosing = AsyncEvent()
    private let finished = Mutex<Set<UInt>>([])
    /// Ours, those being revoked included.
    ///
    /// Written by the poll thread, read by those who commit.
    private let owned = Mutex<Set<KafkaTopicPartition>>([])

    init(configuration: KafkaConsumerConfiguration, logger: Logger) throws(KafkaError) {
        self.configuration = configuration
        self.logger = logger
        wakeUp = try WakeUp()
        buffer = ConsumerBuffer(
            maximumMessages: configuration.bufferedMessages,
            maximumBytes: configuration.bufferedBytes,
            wakeUp: wakeUp
        )
        handle = try ClientHandle(.consumer, properties: configuration.resolved, events: ClientEvent.consumerEvents)
        var queues: [ClientQueue] = []
        do throws(KafkaError) {
            try queues.append(.consumer(of: handle))
            try queues.append(.new(of: handle))
            try queues.append(.new(of: handle))
            for queue in queues { queue.signal(wakeUp) }
            try handle.subscribe(configuration.topics)
        } catch {
            for queue in queues { queue.release() }
            handle.destroy()
            throw error
        }
        (control, messages, answers) = (queues[0], queues[1], queues[2])
    }

    /// Begins; called once.
    func start() throws(KafkaError) {
        do throws(KafkaError) {
            try DedicatedThread { self.run() }.detach()
        } catch {
            control.release()
            free()
            throw error
        }
    }

    func beginClosing() {
        if isClosing.set() { wakeUp.signal() }
    }

    func finish(_ revocation: KafkaRevocation) {
        finished.withLock { _ = $0.insert(revocation.id) }
        wakeUp.signal()
    }

    /// - Throws: naming a partition that is not ours, or no more.
    func checkOwnership(of offsets: [KafkaOffset]) throws(KafkaError) {
        let stranger = owned.withLock { owned in
            offsets.first { !owned.contains($0.topicPartition) }
        }
        if let stranger, !handle.isShut { throw .notOwned(stranger.topicPartition) }
    }

    func owned(of offsets: [KafkaOffset]) -> [KafkaOffset] {
        owned.withLock { owned in offsets.filter { owned.contains($0.topicPartition) } }
    }

    /// To be called after each change of the assignment, before anybody hears of it.
    func publish(_ assignment: Assignment) {
        owned.withLock { $0 = Set(assignment.all) }
    }

    // MARK: - The poll thread

    private func run() {
        var assignment = Assignment()
        while !isClosing.isSet {
            serve(control, &assignment)
            serve(answers, &assignment)
            settle(&assignment)
            if !readMessages(&assignment) { wakeUp.wait(milliseconds: 100) }
        }
        guard awaitBeginning(&assignment) else { return abandon() }
        leave(&assignment)
        free()
    }

    /// Finishes revocations that the reader, the clock or the absence of a reader has settled, and late commits.
    func settle(_ assignment: inout Assignment) {
        let now = ContinuousClock.now
        for id in finished.withLock({ $0.takeAll() }) { finish(id, &assignment) }
        for id in assignment.overdue(now: now) {
            logger.warning(
                "partitions given up without the reader",
                metadata: ["after": "\(configuration.revocationDeadline)"]
            )
            finish(id, &assignment)
        }
        if isClosing.isSet, !buffer.hasReader {
            for id in assignment.pending { finish(id, &assignment) }
        }
        commits.expire(now: now, error: .timedOut("the commit was not answered in time; it may have been done"))
    }

    /// Whether there may be more to read at once.
    private func readMessages(_ assignment: inout Assignment) -> Bool {
        // Now and then the other queues are looked at.
        for _ in 0..<256 {
            guard buffer.hasRoom(), let event = messages.poll(milliseconds: 0) else { return false }
            handle(event, &assignment)
        }
        return true
    }

    func serve(_ queue: ClientQueue, _ assignment: inout Assignment) {
        while let event = queue.poll(milliseconds: 0) { handle(event, &assignment) }
    }

    private func handle(_ event: ClientEvent, _ assignment: inout Assignment) {
        switch event {
        case .message(let message):
            // What was fetched of a partition that goes is for its next owner.
            guard assignment.readable.contains(message.topicPartition) else { return }
            buffer.change { $0.append(message) }
        case .rebalance(let rebalance):
            handle(rebalance, &assignment)
        case .committed(let id, let result):
            commits.finish([(id, result)])
        case .statistics(let text):
            buffer.change { $0.append(statistics: text) }
        case .error(let error):
            report(error)
        case .log(let line):
            ClientLog(logger: logger).write(line)
        case .deliveries, .endOfPartition, .other:
            break
        }
    }
}

extension Set {
    fileprivate mutating func takeAll() -> Set {
        defer { self = [] }
        return self
    }
}
