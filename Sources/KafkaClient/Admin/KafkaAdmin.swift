import AsyncPrimitives
package import Logging

/// Asks the cluster about topics and groups, creates topics, and deletes old records.
///
/// Each call blocks a thread of its own, not the caller's, and goes on when its task is cancelled: it is bounded by
/// the request timeout. More than sixteen calls at a time are refused as retriable.
package final class KafkaAdmin: Sendable {
    private let core: AdminCore

    /// - Throws: `KafkaError` naming the property that is unknown or not allowed. Brokers are not asked yet.
    package init(configuration: KafkaAdminConfiguration, logger: Logger) throws {
        core = try AdminCore(configuration: configuration, logger: logger)
    }

    deinit {
        core.beginClosing()
    }

    /// Creates topics, each for itself: some may be created and others not.
    ///
    /// - Returns: what became of each, by name.
    /// - Throws: `KafkaError` if there was no answer; some may have been created then.
    package func createTopics(_ topics: [KafkaNewTopic]) async throws -> [String: KafkaTopicCreation] {
        guard !topics.isEmpty else { return [:] }
        return try await core.call { handle, timeout throws(KafkaError) in
            try handle.create(topics, timeout: timeout)
        }
    }

    /// Names of all topics, sorted.
    package func listTopics() async throws -> [String] {
        try await core.call { handle, timeout throws(KafkaError) in
            try handle.topics(timeout: timeout).map(\.name)
        }
    }

    /// Describes those of the topics that exist, sorted by name.
    ///
    /// Asking does not create any.
    package func describe(_ topics: [String]) async throws -> [KafkaTopicDescription] {
        try await core.call { handle, timeout throws(KafkaError) in
            try handle.topics(timeout: timeout).filter { topics.contains($0.name) }
        }
    }

    /// How far a group is behind in each partition of a topic, by ascending partition.
    ///
    /// The figures of a busy topic are a moment apart from each other.
    /// - Throws: `KafkaError` if there is no such topic, or a leader or the coordinator does not answer.
    package func lag(group: String, topic: String) async throws -> [KafkaPartitionLag] {
        try await core.call { handle, timeout throws(KafkaError) in
            guard let found = try handle.topics(timeout: timeout).first(where: { $0.name == topic }) else {
                throw .unknownTopic(topic)
            }
            let places = found.partitions.map { KafkaTopicPartition(topic: topic, partition: $0.partition) }
            let committed = try handle.committed(group: group, of: places, timeout: timeout)
            var lags: [KafkaPartitionLag] = []
            for place in places {
                let bounds = try handle.bounds(of: place, timeout: timeout)
                lags.append(KafkaPartitionLag(place.partition, committed: committed[place], bounds))
            }
            return lags
        }
    }

    /// Has the records below each offset deleted for good, partition by partition: some may be and others not.
    ///
    /// Not every broker can: `KafkaError.isUnsupported` tells that from other faults, be it thrown or of a partition.
    ///
    /// - Parameter offsets: each the oldest to be kept of its partition; one beyond the end is refused.
    /// - Returns: what became of each partition.
    /// - Throws: `KafkaError` if there was no answer; some may have been deleted then.
    package func deleteRecords(
        before offsets: [KafkaOffset]
    ) async throws -> [KafkaTopicPartition: KafkaRecordDeletion] {
        guard !offsets.isEmpty else { return [:] }
        return try await core.call { handle, timeout throws(KafkaError) in
            try handle.deleteRecords(before: offsets, timeout: timeout)
        }
    }

    /// Gives a topic more partitions: `partitions` in all.
    ///
    /// Records of one key may lie in another partition from then on, so that their order is not kept across the change.
    ///
    /// - Throws: `KafkaError` where there is no such topic, where it has as many already, or if there was no answer.
    package func grow(_ topic: String, to partitions: Int) async throws {
        try await core.call { handle, timeout throws(KafkaError) in
            try handle.grow(topic, to: partitions, timeout: timeout)
        }
    }

    /// Returns when the calls under way have ended and the client is freed.
    package func close() async {
        core.beginClosing()
        await core.closed.waitIgnoringCancellation()
    }
}

extension KafkaPartitionLag {
    fileprivate init(_ partition: Int32, committed: Int64?, _ bounds: (low: Int64, end: Int64)) {
        self.partition = partition
        self.committed = committed
        end = bounds.end
        // Records below the oldest kept one can no longer be read, whatever was committed.
        lag = max(0, bounds.end - max(committed ?? 0, bounds.low))
    }
}
