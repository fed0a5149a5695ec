import CRdkafka

extension ClientHandle {
    /// Blocks until the controller has answered for each topic.
    func create(_ topics: [KafkaNewTopic], timeout: Int32) throws(KafkaError) -> [String: KafkaTopicCreation] {
        try use { client throws(KafkaError) in
            var requests: [OpaquePointer?] = []
            defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
            for topic in topics { requests.append(try Self.request(topic)) }
            let answer = try Self.ask(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout) { options, queue in
                rd_kafka_CreateTopics(client, &requests, requests.count, options, queue)
            }
            defer { rd_kafka_event_destroy(answer) }
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer), &count)
            return Self.outcomes(UnsafeBufferPointer(start: results, count: count))
        }
    }

    /// Blocks until the group's coordinator has answered.
    ///
    /// Partitions without a committed offset are left out.
    func committed(
        group: String,
        of places: [KafkaTopicPartition],
        timeout: Int32
    ) throws(KafkaError) -> [KafkaTopicPartition: Int64] {
        try use { client throws(KafkaError) in
            var request = try PartitionList.with(places) { rd_kafka_ListConsumerGroupOffsets_new(group, $0) }
            defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
            let answer = try Self.ask(client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, timeout) { options, queue in
                rd_kafka_ListConsumerGroupOffsets(client, &request, 1, options, queue)
            }
            defer { rd_kafka_event_destroy(answer) }
            return try Self.offsets(answer)
        }
    }

    /// Blocks until each partition's leader has answered.
    func deleteRecords(
        before offsets: [KafkaOffset],
        timeout: Int32
    ) throws(KafkaError) -> [KafkaTopicPartition: KafkaRecordDeletion] {
        try use { client throws(KafkaError) in
            var request = try PartitionList.with(offsets) { rd_kafka_DeleteRecords_new($0) }
            defer { rd_kafka_DeleteRecords_destroy(request) }
            let answer = try Self.ask(client, RD_KAFKA_ADMIN_OP_DELETERECORDS, timeout) { options, queue in
                rd_kafka_DeleteRecords(client, &request, 1, options, queue)
            }
            defer { rd_kafka_event_destroy(answer) }
            return Self.deletions(answer)
        }
    }

    /// Blocks until the controller has answered.
    func grow(_ topic: String, to partitions: Int, timeout: Int32) throws(KafkaError) {
        try use { client throws(KafkaError) in
            var text = [CChar](repeating: 0, count: 256)
            var request = rd_kafka_NewPartitions_new(topic, partitions, &text, text.count)
            guard request != nil else { throw .invalid("topic '\(topic)': \(text.string)") }
            defer { rd_kafka_NewPartitions_destroy(request) }
            let answer = try Self.ask(client, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, timeout) { options, queue in
                rd_kafka_CreatePartitions(client, &request, 1, options, queue)
            }
            defer { rd_kafka_event_destroy(answer) }
            var count = 0
            let results = rd_kafka_CreatePartitions_result_topics(
                rd_kafka_event_CreatePartitions_result(answer),
                &count
            )
            for result in UnsafeBufferPointer(start: results, count: count) {
                let message = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
                let code = rd_kafka_topic_result_error(result)
                if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code, message) }
            }
        }
    }

    /// Makes an admin request and waits for its answer, which the caller destroys.
    private static func ask(
        _ client: OpaquePointer,
        _ operation: rd_kafka_admin_op_t,
        _ timeout: Int32,
        _ request: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(KafkaError) -> OpaquePointer {
        var text = [CChar](repeating: 0, count: 256)
        let options = rd_kafka_AdminOptions_new(client, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        let status = rd_kafka_AdminOptions_set_request_timeout(options, timeout, &text, text.count)
        guard status == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(status, text.string) }
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        request(options, queue)
        // librdkafka answers within the request timeout; the second more is for a thread that was not run.
        guard let answer = rd_kafka_queue_poll(queue, timeout &+ 1000) else { throw .timedOut("no answer") }
        if KafkaError.of(rd_kafka_event_error(answer)) != nil {
            defer { rd_kafka_event_destroy(answer) }
            let message = rd_kafka_event_error_string(answer).map { String(cString: $0) }
            throw KafkaError(rd_kafka_event_error(answer), message)
        }
        return answer
    }

    private static func request(_ topic: KafkaNewTopic) throws(KafkaError) -> OpaquePointer {
        var text = [CChar](repeating: 0, count: 256)
        let replicas = topic.replicationFactor ?? -1
        let new = rd_kafka_NewTopic_new(topic.name, topic.partitions, replicas, &text, text.count)
        guard let new else { throw .invalid("topic '\(topic.name)': \(text.string)") }
        for (name, value) in topic.settings {
            let status = rd_kafka_NewTopic_set_config(new, name, value)
            guard status == RD_KAFKA_RESP_ERR_NO_ERROR else {
                rd_kafka_NewTopic_destroy(new)
                throw KafkaError(status, "topic '\(topic.name)': setting '\(name)' was not accepted")
            }
        }
        return new
    }

    private static func outcomes(_ results: UnsafeBufferPointer<OpaquePointer?>) -> [String: KafkaTopicCreation] {
        var outcomes: [String: KafkaTopicCreation] = [:]
        for result in results {
            let name = String(cString: rd_kafka_topic_result_name(result))
            switch rd_kafka_topic_result_error(result) {
            case RD_KAFKA_RESP_ERR_NO_ERROR: outcomes[name] = .created
            case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: outcomes[name] = .alreadyExists
            case let code:
                let message = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
                outcomes[name] = .failed(KafkaError(code, message))
            }
        }
        return outcomes
    }

    private static func deletions(_ answer: OpaquePointer) -> [KafkaTopicPartition: KafkaRecordDeletion] {
        let result = rd_kafka_event_DeleteRecords_result(answer)
        guard let list = rd_kafka_DeleteRecords_result_offsets(result) else { return [:] }
        var deletions: [KafkaTopicPartition: KafkaRecordDeletion] = [:]
        for element in PartitionList.elements(UnsafeMutablePointer(mutating: list)) {
            let place = KafkaTopicPartition(topic: String(cString: element.topic), partition: element.partition)
            deletions[place] = KafkaError.of(element.err).map { .failed($0) } ?? .deleted(oldest: element.offset)
        }
        return deletions
    }

    private static func offsets(_ answer: OpaquePointer) throws(KafkaError) -> [KafkaTopicPartition: Int64] {
        var count = 0
        let result = rd_kafka_event_ListConsumerGroupOffsets_result(answer)
        let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
        guard count > 0, let group = groups?[0] else { return [:] }
        if let error = rd_kafka_group_result_error(group) {
            throw KafkaError(rd_kafka_error_code(error), String(cString: rd_kafka_error_string(error)))
        }
        guard let list = rd_kafka_group_result_partitions(group) else { return [:] }
        var offsets: [KafkaTopicPartition: Int64] = [:]
        for element in PartitionList.elements(UnsafeMutablePointer(mutating: list)) {
            if let error = KafkaError.of(element.err) { throw error }
            let place = KafkaTopicPartition(topic: String(cString: element.topic), partition: element.partition)
            if element.offset >= 0 { offsets[place] = element.offset }
        }
        return offsets
    }
}
