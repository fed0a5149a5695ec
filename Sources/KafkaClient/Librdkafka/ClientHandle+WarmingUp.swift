import CRdkafka

extension ClientHandle {
    /// Blocks until the topic's partitions and their leaders are known and connected, each step within the time.
    func warmUp(topic: String, timeout: Int32) throws(KafkaError) {
        try use { client throws(KafkaError) in
            guard let handle = rd_kafka_topic_new(client, topic, nil) else { throw KafkaError(rd_kafka_last_error()) }
            defer { rd_kafka_topic_destroy(handle) }
            for partition in try Self.partitions(client, handle, timeout) {
                var low: Int64 = 0
                var high: Int64 = 0
                // Any request to the leader makes librdkafka connect to it.
                let status = rd_kafka_query_watermark_offsets(client, topic, partition, &low, &high, timeout)
                if let error = KafkaError.of(status) { throw error }
            }
        }
    }

    private static func partitions(
        _ client: OpaquePointer,
        _ topic: OpaquePointer,
        _ timeout: Int32
    ) throws(KafkaError) -> [Int32] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        if let error = KafkaError.of(rd_kafka_metadata(client, 0, topic, &metadata, timeout)) { throw error }
        guard let metadata, metadata.pointee.topic_cnt > 0 else { return [] }
        defer { rd_kafka_metadata_destroy(metadata) }
        let found = metadata.pointee.topics[0]
        if let error = KafkaError.of(found.err) { throw error }
        return (0..<Int(found.partition_cnt)).map { found.partitions[$0].id }
    }
}
