import Logging

/// How the poll thread answers the group.
extension ConsumerLoop {
    func handle(_ rebalance: ClientEvent.Rebalance, _ assignment: inout Assignment) {
        switch rebalance {
        case .assign(let partitions): assign(partitions, &assignment)
        case .revoke(let partitions) where handle.isAssignmentLost: lose(partitions, &assignment)
        case .revoke(let partitions): revoke(partitions, &assignment)
        case .failed(let error):
            report(error)
            lose(assignment.all, &assignment)
        }
    }

    private func assign(_ partitions: [KafkaTopicPartition], _ assignment: inout Assignment) {
        answer { () throws(KafkaError) in try handle.assign(partitions, messages: messages) }
        // A member for which there is no partition is told once that it is one.
        let isNews = !partitions.isEmpty || !assignment.hasBegun
        assignment.assign(partitions)
        publish(assignment)
        if isNews { buffer.change { $0.assign(partitions) } }
    }

    private func revoke(_ partitions: [KafkaTopicPartition], _ assignment: inout Assignment) {
        let id = assignment.revoke(partitions, deadline: .now + configuration.revocationDeadline)
        let isWaiting = !partitions.isEmpty && buffer.change { $0.revoke(partitions, id: id) }
        if !isWaiting { finish(id, &assignment) }
    }

    private func lose(_ partitions: [KafkaTopicPartition], _ assignment: inout Assignment) {
        assignment.lose(partitions)
        publish(assignment)
        answer { () throws(KafkaError) in try handle.unassign(partitions) }
        buffer.change { $0.lose(partitions) }
    }

    /// Gives up the partitions of a revocation, if that was not done before.
    func finish(_ id: UInt, _ assignment: inout Assignment) {
        guard let partitions = assignment.finish(id) else { return }
        publish(assignment)
        answer { () throws(KafkaError) in try handle.unassign(partitions) }
    }

    /// Tells the reader.
    ///
    /// A fatal error ends its sequence.
    func report(_ error: KafkaError) {
        if error.isFatal {
            logger.critical("Kafka consumer", metadata: ["error": "\(error)"])
            buffer.end(error)
        } else {
            logger.debug("Kafka consumer", metadata: ["error": "\(error)"])
            buffer.change { $0.append(error) }
        }
    }

    /// librdkafka refuses only what does not fit its state; the group then decides anew.
    private func answer(_ call: () throws(KafkaError) -> Void) {
        do throws(KafkaError) {
            try call()
        } catch {
            logger.error("a rebalance was not answered", metadata: ["error": "\(error)"])
            report(error)
        }
    }
}
