import CRdkafka

extension KafkaMessage {
    /// Copies a message out of librdkafka's memory.
    init(reading message: UnsafePointer<rd_kafka_message_t>) {
        let raw = message.pointee
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &kind)
        self.init(
            topic: String(cString: rd_kafka_topic_name(raw.rkt)),
            partition: raw.partition,
            offset: raw.offset,
            key: raw.key.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: raw.key_len)) },
            value: [UInt8](UnsafeRawBufferPointer(start: raw.payload, count: raw.payload == nil ? 0 : raw.len)),
            headers: Self.headers(of: message),
            timestamp: kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : timestamp
        )
    }

    private static func headers(of message: UnsafePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        return (0..<rd_kafka_header_cnt(list)).compactMap { index in
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            let status = rd_kafka_header_get_all(list, index, &name, &value, &size)
            guard status == RD_KAFKA_RESP_ERR_NO_ERROR, let name else { return nil }
            let bytes = value.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: size)) }
            return KafkaHeader(String(cString: name), bytes: bytes)
        }
    }
}
