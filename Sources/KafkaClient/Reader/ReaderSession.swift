import Logging

/// One reading of one topic: the client, and where it has got to.
///
/// Every method blocks, on whichever thread has the session in hand; one at a time has it.
struct ReaderSession: Sendable {
    private static let slice: Int32 = 100

    private let configuration: KafkaTopicReaderConfiguration
    private let logger: Logger
    private let handle: ClientHandle
    private let queue: ClientQueue
    private let topic: ReadableTopic
    private let started: [Int32]
    private(set) var progress: ReadingProgress
    /// A fault that may pass: the reason to give if it does not.
    private var lastError: KafkaError?

    /// Finds out what there is to read and begins to fetch it.
    init(
        _ configuration: KafkaTopicReaderConfiguration,
        topic name: String,
        ranges: [Int32: Range<Int64>]?,
        logger: Logger
    ) throws(KafkaError) {
        self.configuration = configuration
        self.logger = logger
        handle = try ClientHandle(.consumer, properties: configuration.resolved, events: ClientEvent.consumerEvents)
        var queue: ClientQueue?
        var topic: ReadableTopic?
        do throws(KafkaError) {
            let events = try ClientQueue.main(of: handle)
            queue = events
            progress = try Self.measure(handle, name, ranges, configuration.requestTimeout.milliseconds)
            let opened = try ReadableTopic(name, of: handle)
            topic = opened
            started = try Self.start(progress, of: opened, events)
            (self.queue, self.topic) = (events, opened)
        } catch {
            topic?.release()
            queue?.release()
            handle.destroy()
            throw error
        }
    }

    private static func measure(
        _ handle: ClientHandle,
        _ topic: String,
        _ ranges: [Int32: Range<Int64>]?,
        _ timeout: Int32
    ) throws(KafkaError) -> ReadingProgress {
        guard let found = try handle.topics(timeout: timeout).first(where: { $0.name == topic }) else {
            throw .unknownTopic(topic)
        }
        var progress = ReadingProgress()
        for partition in found.partitions.map(\.partition) where ranges == nil || ranges?[partition] != nil {
            let place = KafkaTopicPartition(topic: topic, partition: partition)
            let bounds = try handle.bounds(of: place, timeout: timeout)
            progress.add(partition, wanted: ranges?[partition], bounds: bounds)
        }
        return progress
    }

    private static func start(
        _ progress: ReadingProgress,
        of topic: ReadableTopic,
        _ queue: ClientQueue
    ) throws(KafkaError) -> [Int32] {
        var started: [Int32] = []
        do throws(KafkaError) {
            for (partition, range) in progress.left {
                try topic.start(partition, at: range.lowerBound, queue: queue)
                started.append(partition)
            }
        } catch {
            for partition in started { topic.stop(partition) }
            throw error
        }
        return started
    }

    /// The next records; none once everything is read, or `isCancelled` says so.
    ///
    /// - Throws: a fault that does not pass, or that reading got no further within the patience.
    mutating func next(isCancelled: () -> Bool) throws(KafkaError) -> [KafkaMessage] {
        var batch: [KafkaMessage] = []
        var bytes = 0
        var deadline = ContinuousClock.now + configuration.patience
        while !progress.isDone, !isCancelled() {
            guard batch.count < configuration.batchRecords, bytes < configuration.batchBytes else { break }
            guard let event = queue.poll(milliseconds: batch.isEmpty ? Self.slice : 0) else {
                guard batch.isEmpty else { break }
                guard ContinuousClock.now < deadline else { throw stalled() }
                continue
            }
            guard let message = try handle(event) else { continue }
            batch.append(message)
            bytes += message.footprint
            deadline = ContinuousClock.now + configuration.patience
        }
        return batch
    }

    /// The record that the event brings, if it is one to be read.
    private mutating func handle(_ event: ClientEvent) throws(KafkaError) -> KafkaMessage? {
        switch event {
        case .message(let message):
            return progress.take(message.partition, offset: message.offset) ? message : nil
        case .endOfPartition(let end):
            progress.advance(end.topicPartition.partition, to: end.offset)
        case .error(let error):
            // librdkafka goes on after what passes.
            guard error.isRetriable else { throw error }
            lastError = error
        case .log(let line):
            ClientLog(logger: logger).write(line)
        case .deliveries, .rebalance, .committed, .statistics, .other:
            break
        }
        return nil
    }

    private func stalled() -> KafkaError {
        let reason = lastError.map { "; last fault: \($0)" } ?? ""
        return .timedOut("nothing more came within \(configuration.patience) of \(progress)\(reason)")
    }

    /// Ends fetching and frees the client.
    ///
    /// Called once, after which nothing else may be.
    func end() {
        handle.shut()
        for partition in started { topic.stop(partition) }
        topic.release()
        queue.release()
        handle.destroy()
    }
}
