import CRdkafka

/// Carries partitions to librdkafka and back.
enum PartitionList {
    typealias Pointer = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    static func with<Value>(
        _ partitions: [KafkaTopicPartition],
        _ body: (Pointer) throws(KafkaError) -> Value
    ) throws(KafkaError) -> Value {
        try with(partitions.map { KafkaOffset(topicPartition: $0, offset: Int64(RD_KAFKA_OFFSET_INVALID)) }, body)
    }

    static func with<Value>(
        _ offsets: [KafkaOffset],
        _ body: (Pointer) throws(KafkaError) -> Value
    ) throws(KafkaError) -> Value {
        guard let list = rd_kafka_topic_partition_list_new(Int32(offsets.count)) else {
            throw .invalid("no memory for a list of partitions")
        }
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for offset in offsets {
            let place = offset.topicPartition
            rd_kafka_topic_partition_list_add(list, place.topic, place.partition)?.pointee.offset = offset.offset
        }
        return try body(list)
    }

    static func partitions(_ list: Pointer) -> [KafkaTopicPartition] {
        elements(list).map { KafkaTopicPartition(topic: String(cString: $0.topic), partition: $0.partition) }
    }

    static func elements(_ list: Pointer) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
    }

    static func firstError(_ list: Pointer) -> KafkaError? {
        for element in elements(list) where element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            let place = KafkaTopicPartition(topic: String(cString: element.topic), partition: element.partition)
            return KafkaError(element.err, "\(place): \(String(cString: rd_kafka_err2str(element.err)))")
        }
        return nil
    }
}
