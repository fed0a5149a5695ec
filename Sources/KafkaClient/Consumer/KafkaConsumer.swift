import AsyncPrimitives
package import Logging

/// A member of a consumer group.
///
/// A thread of its own keeps the membership alive, whatever the reader does. Close it; one that is dropped unclosed
/// leaves the group in the background.
package final class KafkaConsumer: Sendable {
    private let loop: ConsumerLoop

    /// Joins the group in the background; what is assigned comes by `events`.
    ///
    /// - Throws: `KafkaError` naming the property that is unknown or not allowed. Brokers are not asked yet.
    package init(configuration: KafkaConsumerConfiguration, logger: Logger) throws {
        loop = try ConsumerLoop(configuration: configuration, logger: logger)
        try loop.start()
    }

    deinit {
        loop.beginClosing()
    }

    /// Messages, rebalances and faults, buffered within bounds.
    ///
    /// A reader that does not read stops the fetching, not the membership; its partitions go to others after the
    /// revocation deadline where the group wants them.
    package var events: KafkaConsumerEvents { KafkaConsumerEvents(buffer: loop.buffer) }

    /// Returns when the broker has the offsets.
    ///
    /// Works until `close()` has returned, revocations included.
    ///
    /// - Throws: `KafkaError`: if any partition is not ours any more, and then nothing is committed (a broker would take
    ///   it, and so set its next owner back); of a coordinator that cannot be reached; or timed out, and then it may be
    ///   done yet. `CancellationError` at once; the commit may be done yet.
    package func commit(_ offsets: [KafkaOffset]) async throws {
        guard !offsets.isEmpty else { return }
        try loop.checkOwnership(of: offsets)
        try await loop.commits.call(deadline: .now + loop.configuration.commitTimeout) { id throws(KafkaError) in
            try loop.handle.commit(offsets, answer: loop.answers, id: id)
        }
    }

    /// Those of the offsets whose partitions are ours, and may be committed.
    package func owned(_ offsets: [KafkaOffset]) -> [KafkaOffset] { loop.owned(of: offsets) }

    /// Stops fetching of the partitions.
    ///
    /// Messages buffered already still come. Ends with the assignment.
    package func pause(_ partitions: [KafkaTopicPartition]) async throws {
        try loop.handle.pause(partitions)
    }

    /// Fetches the partitions again, from behind the last message that was buffered.
    package func resume(_ partitions: [KafkaTopicPartition]) async throws {
        try loop.handle.resume(partitions)
    }

    /// Gives the partitions of a revocation to the group.
    ///
    /// Without effect after its deadline.
    package func finish(_ revocation: KafkaRevocation) {
        loop.finish(revocation)
    }

    /// Leaves the group and ends `events`; returns when both are done, which the close timeout bounds.
    ///
    /// Messages not read yet are dropped. Whoever reads `events` gets the last revocation, has its deadline to commit
    /// and finish it; without a reader it is finished at once. May be called again and from several tasks.
    package func close() async {
        loop.beginClosing()
        await loop.closed.waitIgnoringCancellation()
    }
}
