import AsyncPrimitives
import Logging
import Synchronization

/// A producer's client, its poll thread, and the calls that wait for reports.
///
/// The thread holds on to the core until `shutDown` has ended it.
final class ProducerCore: Sendable {
    let handle: ClientHandle
    let deliveries = PendingCalls<KafkaDelivery>()
    let closed = AsyncEvent()
    /// Set by a fatal error: this client refuses every record from then on.
    let isBroken = AsyncEvent()
    private let queue: ClientQueue
    private let logger: Logger
    private let isStopping = AsyncEvent()
    private let closing = AsyncEvent()
    private let thread = Mutex<DedicatedThread?>(nil)

    init(configuration: KafkaProducerConfiguration, logger: Logger) throws(KafkaError) {
        self.logger = logger
        handle = try ClientHandle(
            .producer,
            properties: configuration.resolved,
            events: ClientEvent.producerEvents
        )
        do throws(KafkaError) {
            queue = try ClientQueue.main(of: handle)
        } catch {
            handle.destroy()
            throw error
        }
        do throws(KafkaError) {
            let started = try DedicatedThread { self.poll() }
            thread.withLock { $0 = started }
        } catch {
            queue.release()
            handle.destroy()
            throw error
        }
    }

    // MARK: - The poll thread

    private func poll() {
        while !isStopping.isSet { serve(milliseconds: 100) }
        while serve(milliseconds: 0) {}
    }

    @discardableResult
    private func serve(milliseconds: Int32) -> Bool {
        guard let event = queue.poll(milliseconds: milliseconds) else { return false }
        switch event {
        case .deliveries(let reports):
            deliveries.finish(reports)
            for report in reports where report.id == 0 { noteUnwaited(report.result) }
        case .error(let error):
            if error.isFatal { isBroken.set() }
            logger.log(level: error.isFatal ? .critical : .warning, "Kafka producer", metadata: ["error": "\(error)"])
        case .statistics(let text):
            logger.debug("Kafka producer statistics", metadata: ["statistics": "\(text)"])
        case .log(let line):
            ClientLog(logger: logger).write(line)
        case .message, .endOfPartition, .rebalance, .committed, .other:
            break
        }
        return true
    }

    private func noteUnwaited(_ result: Result<KafkaDelivery, KafkaError>) {
        guard case .failure(let error) = result else { return }
        logger.error("a record was not delivered", metadata: ["error": "\(error)"])
    }

    // MARK: - The end

    /// Whether this call is the one that has to call `shutDown`.
    func beginClosing() -> Bool {
        closing.set()
    }

    var isClosing: Bool { closing.isSet }

    /// Waits for reports, gives up the rest, ends the poll thread and frees the client.
    ///
    /// Blocks; called once.
    func shutDown(deadline: ContinuousClock.Instant) {
        handle.shut()
        let lost = handle.finishProducing(until: deadline)
        if lost > 0 {
            logger.warning("Kafka producer closed with records unreported", metadata: ["count": "\(lost)"])
        }
        isStopping.set()
        queue.yield()
        thread.withLock { $0 }?.join()
        deliveries.end(
            pending: .closed("the producer was closed before the report came", mayHaveBeenDelivered: true),
            later: .closed("the producer is closed")
        )
        queue.release()
        handle.destroy()
        closed.set()
    }
}
