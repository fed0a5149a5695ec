import CRdkafka

extension ClientHandle {
    /// Hands a record to librdkafka, which copies it.
    ///
    /// Does not block.
    ///
    /// - Parameter id: comes back with the report.
    func produce(_ record: KafkaRecord, id: UInt) throws(KafkaError) {
        try use { client throws(KafkaError) in
            let headers = try Self.headers(of: record)
            let failure = record.topic.withCString { topic in
                Self.withBytes(record.key) { key in
                    Self.withBytes(record.value) { value in
                        var arguments: [rd_kafka_vu_t] = [
                            .init(RD_KAFKA_VTYPE_TOPIC) { $0.cstr = topic },
                            .init(RD_KAFKA_VTYPE_PARTITION) { $0.i32 = record.partition ?? RD_KAFKA_PARTITION_UA },
                            .init(RD_KAFKA_VTYPE_MSGFLAGS) { $0.i = Int32(RD_KAFKA_MSG_F_COPY) },
                            .init(RD_KAFKA_VTYPE_KEY) { $0.mem = .init(ptr: key.pointer, size: key.count) },
                            .init(RD_KAFKA_VTYPE_VALUE) { $0.mem = .init(ptr: value.pointer, size: value.count) },
                            .init(RD_KAFKA_VTYPE_OPAQUE) { $0.ptr = UnsafeMutableRawPointer(bitPattern: id) },
                        ]
                        if let headers { arguments.append(.init(RD_KAFKA_VTYPE_HEADERS) { $0.headers = headers }) }
                        return rd_kafka_produceva(client, arguments, arguments.count)
                    }
                }
            }
            guard let failure else { return }
            // Only a record that was accepted takes its headers over.
            if let headers { rd_kafka_headers_destroy(headers) }
            throw KafkaError(consuming: failure)
        }
    }

    private static func headers(of record: KafkaRecord) throws(KafkaError) -> OpaquePointer? {
        guard !record.headers.isEmpty, let list = rd_kafka_headers_new(record.headers.count) else { return nil }
        for header in record.headers {
            let status = withBytes(header.value) { value in
                rd_kafka_header_add(list, header.name, -1, value.pointer, value.count)
            }
            guard status == RD_KAFKA_RESP_ERR_NO_ERROR else {
                rd_kafka_headers_destroy(list)
                throw KafkaError(status, "header '\(header.name)' was not accepted")
            }
        }
        return list
    }

    /// Nil gives a null pointer, empty a pointer to nothing: Kafka tells them apart.
    private static func withBytes<Value>(
        _ bytes: [UInt8]?,
        _ body: ((pointer: UnsafeMutableRawPointer?, count: Int)) -> Value
    ) -> Value {
        guard let bytes else { return body((nil, 0)) }
        return bytes.withUnsafeBytes { buffer in
            var nothing: UInt8 = 0
            guard let start = buffer.baseAddress, !buffer.isEmpty else {
                return withUnsafeMutablePointer(to: &nothing) { body((UnsafeMutableRawPointer($0), 0)) }
            }
            return body((UnsafeMutableRawPointer(mutating: start), buffer.count))
        }
    }
}

extension rd_kafka_vu_t {
    fileprivate init(_ type: rd_kafka_vtype_t, _ fill: (inout rd_kafka_vu_s.__Unnamed_union_u) -> Void) {
        self.init()
        vtype = type
        fill(&u)
    }
}
