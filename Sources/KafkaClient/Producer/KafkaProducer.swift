import AsyncPrimitives
package import Logging
import Synchronization

/// Sends records to Kafka.
///
/// A thread of its own serves librdkafka. Close it; one that is dropped unclosed gives up what has no report yet.
///
/// Where a broker no longer knows what this producer sent last (it lost records, or was restored), librdkafka gives up
/// for good, since it cannot say any more what was stored. What was on its way then fails; the next record is sent by a
/// new client, and begins a new sequence.
package final class KafkaProducer: Sendable {
    private let configuration: KafkaProducerConfiguration
    private let logger: Logger
    private let present: Mutex<ProducerCore>

    /// - Throws: `KafkaError` naming the property that is unknown or not allowed. Brokers are not asked yet.
    package init(configuration: KafkaProducerConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        present = Mutex(try ProducerCore(configuration: configuration, logger: logger))
    }

    deinit {
        Self.giveUp(present.withLock(\.self))
    }

    /// The client that takes records now.
    private func working() throws(KafkaError) -> ProducerCore {
        let (broken, core) = try present.withLock { core throws(KafkaError) -> (ProducerCore?, ProducerCore) in
            // A closed one stays: it is not to come to life again.
            guard core.isBroken.isSet, !core.isClosing else { return (nil, core) }
            let broken = core
            core = try ProducerCore(configuration: configuration, logger: logger)
            return (broken, core)
        }
        if let broken {
            logger.notice("the Kafka producer was begun anew")
            Self.giveUp(broken)
        }
        return core
    }

    /// Ends a client without waiting: whoever waits for it is told.
    private static func giveUp(_ core: ProducerCore) {
        guard core.beginClosing() else { return }
        do {
            try DedicatedThread { core.shutDown(deadline: .now) }.detach()
        } catch {
            // No thread to be had: here, then; there is nothing to wait for.
            core.shutDown(deadline: .now)
        }
    }

    /// Returns when every in-sync replica has the record.
    ///
    /// - Throws: `KafkaError`: `isQueueFull` (nothing sent), a delivery that failed, or the producer closed;
    ///   `mayHaveBeenDelivered` says whether a broker may have the record. `CancellationError` as soon as the task is
    ///   cancelled: the record is not called back and may be delivered, unless the task was cancelled before.
    package func send(_ record: KafkaRecord) async throws -> KafkaDelivery {
        let core = try working()
        return try await core.deliveries.call { id throws(KafkaError) in
            try core.handle.produce(record, id: id)
        }
    }

    /// Returns when the record is queued.
    ///
    /// That it was not delivered is only logged.
    ///
    /// - Throws: `KafkaError` with `isQueueFull`, or for a record that cannot be sent.
    package func enqueue(_ record: KafkaRecord) throws {
        try working().handle.produce(record, id: 0)
    }

    /// Learns the topics' partitions and connects to their leaders, so that the first record does not wait for it.
    ///
    /// What cannot be waited for is the producer's id, which librdkafka asks for meanwhile, every half second until it has
    /// it: on a client that has just begun the first record may wait for that.
    ///
    /// - Parameter timeout: bounds each request to a broker.
    /// - Throws: `KafkaError` if a topic or its leaders cannot be reached. It may be tried again.
    package func warmUp(topics: [String], timeout: Duration = .seconds(10)) async throws {
        let core = try working()
        try await onThread { () throws(KafkaError) in
            for topic in topics { try core.handle.warmUp(topic: topic, timeout: timeout.milliseconds) }
        }
    }

    /// Returns when every record sent or enqueued has its report.
    ///
    /// - Throws: `KafkaError` (timed out) if some have none by the deadline; they go on being tried.
    ///   `CancellationError` within 50 ms.
    package func flush(deadline: Duration) async throws {
        let core = present.withLock(\.self)
        let end = ContinuousClock.now + deadline
        let isCancelled = AsyncEvent()
        let isEmpty = try await withTaskCancellationHandler {
            try await onThread { () throws(KafkaError) in
                try core.handle.flush(until: end) { isCancelled.isSet }
            }
        } onCancel: {
            isCancelled.set()
        }
        if isEmpty { return }
        try Task.checkCancellation()
        throw KafkaError.timedOut("records without a delivery report after \(deadline)")
    }

    /// Takes no more records, waits for reports until the deadline, then fails what has none: each of its senders is
    /// told whether the record may have been delivered.
    ///
    /// Returns about a second after the deadline at the latest. May be called again, and then waits for the first call
    /// to end.
    package func close(deadline: Duration) async {
        // Under the lock, so that it is not replaced meanwhile.
        let (core, isFirst) = present.withLock { ($0, $0.beginClosing()) }
        guard isFirst else { return await core.closed.waitIgnoringCancellation() }
        let end = ContinuousClock.now + deadline
        do throws(KafkaError) {
            try await onThread { core.shutDown(deadline: end) }
        } catch {
            // No thread to be had. Blocking this one is better than waiting for ever.
            core.shutDown(deadline: .now)
        }
    }
}
