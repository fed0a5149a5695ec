import CRdkafka

extension ClientHandle {
    /// Blocks for the metadata of all topics: asking for one by name can create it.
    func topics(timeout: Int32) throws(KafkaError) -> [KafkaTopicDescription] {
        try use { client throws(KafkaError) in
            var metadata: UnsafePointer<rd_kafka_metadata>?
            if let error = KafkaError.of(rd_kafka_metadata(client, 1, nil, &metadata, timeout)) { throw error }
            guard let metadata else { return [] }
            defer { rd_kafka_metadata_destroy(metadata) }
            return UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
                .filter { $0.err == RD_KAFKA_RESP_ERR_NO_ERROR }
                .map(KafkaTopicDescription.init(reading:))
                .sorted { $0.name < $1.name }
        }
    }

    /// Blocks for the oldest kept offset and the one the next record will have.
    func bounds(of place: KafkaTopicPartition, timeout: Int32) throws(KafkaError) -> (low: Int64, end: Int64) {
        try use { client throws(KafkaError) in
            var low: Int64 = 0
            var end: Int64 = 0
            let status = rd_kafka_query_watermark_offsets(client, place.topic, place.partition, &low, &end, timeout)
            if let error = KafkaError.of(status) { throw error }
            return (low, end)
        }
    }
}

extension KafkaTopicDescription {
    fileprivate init(reading topic: rd_kafka_metadata_topic) {
        name = String(cString: topic.topic)
        partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            .map(KafkaPartitionDescription.init(reading:))
            .sorted { $0.partition < $1.partition }
    }
}

extension KafkaPartitionDescription {
    fileprivate init(reading partition: rd_kafka_metadata_partition) {
        self.partition = partition.id
        leader = partition.leader < 0 ? nil : partition.leader
        replicas = Array(UnsafeBufferPointer(start: partition.replicas, count: Int(partition.replica_cnt)))
        inSyncReplicas = Array(UnsafeBufferPointer(start: partition.isrs, count: Int(partition.isr_cnt)))
    }
}
