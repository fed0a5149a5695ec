import CRdkafka

extension ClientHandle {
    func subscribe(_ topics: [String]) throws(KafkaError) {
        let places = topics.map { KafkaTopicPartition(topic: $0, partition: RD_KAFKA_PARTITION_UA) }
        try use { client throws(KafkaError) in
            try PartitionList.with(places) { list throws(KafkaError) in
                if let error = KafkaError.of(rd_kafka_subscribe(client, list)) { throw error }
            }
        }
    }

    /// Has the offsets committed; the answer comes to the queue with the number.
    ///
    /// Does not block.
    func commit(_ offsets: [KafkaOffset], answer queue: ClientQueue, id: UInt) throws(KafkaError) {
        try use { client throws(KafkaError) in
            try PartitionList.with(offsets) { list throws(KafkaError) in
                let opaque = UnsafeMutableRawPointer(bitPattern: id)
                let status = rd_kafka_commit_queue(client, list, queue.pointer, nil, opaque)
                if let error = KafkaError.of(status) { throw error }
            }
        }
    }

    /// Stops fetching of the partitions, and drops what librdkafka has fetched of them, to be fetched again.
    func pause(_ partitions: [KafkaTopicPartition]) throws(KafkaError) {
        try change(partitions) { rd_kafka_pause_partitions($0, $1) }
    }

    func resume(_ partitions: [KafkaTopicPartition]) throws(KafkaError) {
        try change(partitions) { rd_kafka_resume_partitions($0, $1) }
    }

    private func change(
        _ partitions: [KafkaTopicPartition],
        _ body: (OpaquePointer, PartitionList.Pointer) -> rd_kafka_resp_err_t
    ) throws(KafkaError) {
        try use { client throws(KafkaError) in
            try PartitionList.with(partitions) { list throws(KafkaError) in
                if let error = KafkaError.of(body(client, list)) ?? PartitionList.firstError(list) { throw error }
            }
        }
    }
}
