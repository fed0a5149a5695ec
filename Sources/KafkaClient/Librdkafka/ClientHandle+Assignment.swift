import CRdkafka

/// For the consumer's poll thread, which owns the client: the calls that answer a rebalance.
extension ClientHandle {
    /// Whether the partitions of the revocation at hand may have another owner already.
    var isAssignmentLost: Bool { rd_kafka_assignment_lost(pointer) != 0 }

    private var isCooperative: Bool {
        rd_kafka_rebalance_protocol(pointer).map { String(cString: $0) } == "COOPERATIVE"
    }

    /// Begins to fetch the partitions, unpaused, with their messages going to the queue.
    func assign(_ partitions: [KafkaTopicPartition], messages queue: ClientQueue) throws(KafkaError) {
        // Before the assignment: afterwards the first messages would have gone to the consumer's queue.
        for place in partitions { redirect(place, to: queue) }
        try PartitionList.with(partitions) { list throws(KafkaError) in
            if isCooperative {
                if let error = rd_kafka_incremental_assign(pointer, list) { throw KafkaError(consuming: error) }
            } else if let error = KafkaError.of(rd_kafka_assign(pointer, list)) {
                throw error
            }
            rd_kafka_resume_partitions(pointer, list)
        }
    }

    /// Gives the partitions up.
    ///
    /// With an eager assignor that is all of them.
    func unassign(_ partitions: [KafkaTopicPartition]) throws(KafkaError) {
        guard isCooperative else { return try unassignAll() }
        try PartitionList.with(partitions) { list throws(KafkaError) in
            if let error = rd_kafka_incremental_unassign(pointer, list) { throw KafkaError(consuming: error) }
        }
    }

    func unassignAll() throws(KafkaError) {
        if let error = KafkaError.of(rd_kafka_assign(pointer, nil)) { throw error }
    }

    /// Begins to leave the group.
    ///
    /// The last revocation comes to the queue.
    func beginLeaving(_ queue: ClientQueue) throws(KafkaError) {
        if let error = rd_kafka_consumer_close_queue(pointer, queue.pointer) { throw KafkaError(consuming: error) }
    }

    var hasLeft: Bool { rd_kafka_consumer_closed(pointer) != 0 }

    /// Whether the coordinator has given this client a member's name.
    ///
    /// Blocks for an answer of librdkafka's own thread.
    var isMember: Bool {
        guard let name = rd_kafka_memberid(pointer) else { return false }
        defer { rd_kafka_mem_free(pointer, name) }
        return name.pointee != 0
    }

    /// See `ConsumerLoop.awaitBeginning`.
    static var abortsWhenClosedEarly: Bool { rd_kafka_version() < 0x0203_00ff }

    private func redirect(_ place: KafkaTopicPartition, to queue: ClientQueue) {
        guard let own = rd_kafka_queue_get_partition(pointer, place.topic, place.partition) else { return }
        rd_kafka_queue_forward(own, queue.pointer)
        rd_kafka_queue_destroy(own)
    }
}
