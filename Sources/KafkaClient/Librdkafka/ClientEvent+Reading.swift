import CRdkafka

extension ClientEvent {
    /// Events that a client hands out at all.
    static let producerEvents = RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS | RD_KAFKA_EVENT_LOG
    static let adminEvents = RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG
    static let consumerEvents =
        RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR
        | RD_KAFKA_EVENT_STATS | RD_KAFKA_EVENT_LOG

    /// Copies everything out of the event, which may be destroyed after.
    init(reading event: OpaquePointer) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR: self = .deliveries(Self.deliveries(event))
        case RD_KAFKA_EVENT_FETCH: self = Self.fetched(event)
        case RD_KAFKA_EVENT_REBALANCE: self = .rebalance(Self.rebalance(event))
        case RD_KAFKA_EVENT_OFFSET_COMMIT: self = Self.commit(event)
        case RD_KAFKA_EVENT_STATS: self = .statistics(String(cString: rd_kafka_event_stats(event)))
        case RD_KAFKA_EVENT_ERROR: self = Self.endOfPartition(event) ?? .error(Self.error(event))
        case RD_KAFKA_EVENT_LOG: self = Self.log(event)
        default: self = .other
        }
    }

    private static func deliveries(_ event: OpaquePointer) -> [(id: UInt, result: Result<KafkaDelivery, KafkaError>)] {
        var reports: [(id: UInt, result: Result<KafkaDelivery, KafkaError>)] = []
        reports.reserveCapacity(rd_kafka_event_message_count(event))
        while let message = rd_kafka_event_message_next(event) {
            reports.append((UInt(bitPattern: message.pointee._private), delivery(message)))
        }
        return reports
    }

    private static func delivery(
        _ message: UnsafePointer<rd_kafka_message_t>
    ) -> Result<KafkaDelivery, KafkaError> {
        if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
            return .success(KafkaDelivery(partition: message.pointee.partition, offset: message.pointee.offset))
        }
        let isInDoubt = rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED
        return .failure(KafkaError(message.pointee.err, mayHaveBeenDelivered: isInDoubt))
    }

    private static func fetched(_ event: OpaquePointer) -> ClientEvent {
        guard let message = rd_kafka_event_message_next(event) else { return .other }
        guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            return .error(KafkaError(message.pointee.err, String(cString: rd_kafka_message_errstr(message))))
        }
        return .message(KafkaMessage(reading: message))
    }

    private static func rebalance(_ event: OpaquePointer) -> Rebalance {
        let list = rd_kafka_event_topic_partition_list(event)
        let partitions = list.map { PartitionList.partitions($0) } ?? []
        switch rd_kafka_event_error(event) {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: return .assign(partitions)
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS: return .revoke(partitions)
        case let code: return .failed(KafkaError(code))
        }
    }

    private static func commit(_ event: OpaquePointer) -> ClientEvent {
        let list = rd_kafka_event_topic_partition_list(event)
        let failure = KafkaError.of(rd_kafka_event_error(event)) ?? list.flatMap { PartitionList.firstError($0) }
        let id = UInt(bitPattern: rd_kafka_event_opaque(event))
        return .committed(id: id, result: failure.map { .failure($0) } ?? .success(()))
    }

    private static func endOfPartition(_ event: OpaquePointer) -> ClientEvent? {
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__PARTITION_EOF,
            let element = rd_kafka_event_topic_partition(event)
        else { return nil }
        defer { rd_kafka_topic_partition_destroy(element) }
        let place = KafkaTopicPartition(
            topic: String(cString: element.pointee.topic),
            partition: element.pointee.partition
        )
        return .endOfPartition(KafkaOffset(topicPartition: place, offset: element.pointee.offset))
    }

    private static func error(_ event: OpaquePointer) -> KafkaError {
        KafkaError(
            rd_kafka_event_error(event),
            rd_kafka_event_error_string(event).map { String(cString: $0) },
            isFatal: rd_kafka_event_error_is_fatal(event) != 0
        )
    }

    private static func log(_ event: OpaquePointer) -> ClientEvent {
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var level: Int32 = 0
        guard rd_kafka_event_log(event, &facility, &text, &level) == 0, let facility, let text else { return .other }
        return .log(LogLine(level: level, facility: String(cString: facility), text: String(cString: text)))
    }
}
