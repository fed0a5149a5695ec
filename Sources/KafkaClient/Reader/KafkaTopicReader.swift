import AsyncPrimitives
package import Logging

/// Reads what a topic holds, once, from a place to another, without a group: nothing is committed.
package struct KafkaTopicReader: Sendable {
    private let configuration: KafkaTopicReaderConfiguration
    private let logger: Logger

    package init(configuration: KafkaTopicReaderConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Gives the records that the topic holds at this moment to `body`, batch by batch, and returns after the last.
    ///
    /// Records of a partition come in order, partitions are mixed. No more is read while `body` runs, beyond what the
    /// configuration bounds. Records that retention has removed are passed over in silence, also when it does so
    /// meanwhile; later ones are not read.
    ///
    /// - Parameters:
    ///   - ranges: the offsets to read by partition, and only those partitions; nil for all there is. What lies outside of
    ///     the topic's bounds is not missed.
    ///   - body: runs where the caller does; no batch is empty.
    /// - Throws: `KafkaError`: there is no such topic, a broker did not answer within the request timeout, reading got no
    ///   further within the patience, or a property is not allowed. What `body` throws. `CancellationError` 0.1 s after
    ///   the task is cancelled, or after the request timeout while the topic is being opened.
    package func read(
        _ topic: String,
        in ranges: [Int32: Range<Int64>]? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: ([KafkaMessage]) async throws -> Void
    ) async throws {
        try Task.checkCancellation()
        let (configuration, logger) = (configuration, logger)
        var session = try await onThread { () throws(KafkaError) in
            try ReaderSession(configuration, topic: topic, ranges: ranges, logger: logger)
        }
        let failure: (any Error)?
        do {
            while let batch = try await Self.next(&session) { try await body(batch) }
            failure = nil
        } catch {
            failure = error
        }
        await Self.end(session)
        if let failure { throw failure }
    }

    private static func end(_ session: ReaderSession, isolation: isolated (any Actor)? = #isolation) async {
        do throws(KafkaError) {
            try await onThread { session.end() }
        } catch {
            // No thread to be had. Blocking this one, for some milliseconds, is better than keeping the client.
            session.end()
        }
    }

    /// Nil after the last one.
    private static func next(
        _ session: inout ReaderSession,
        isolation: isolated (any Actor)? = #isolation
    ) async throws -> [KafkaMessage]? {
        let isCancelled = AsyncEvent()
        let before = session
        let batch = try await withTaskCancellationHandler {
            let (batch, after) = try await onThread { () throws(KafkaError) in
                var session = before
                return (try session.next { isCancelled.isSet }, session)
            }
            session = after
            return batch
        } onCancel: {
            isCancelled.set()
        }
        try Task.checkCancellation()
        return batch.isEmpty ? nil : batch
    }
}
