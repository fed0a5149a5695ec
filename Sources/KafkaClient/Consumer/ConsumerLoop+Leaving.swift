import Logging

/// How the poll thread ends.
extension ConsumerLoop {
    /// Leaves the group: commits are still taken, the last revocation goes to the reader if there is one.
    func leave(_ assignment: inout Assignment) {
        serve(control, &assignment)
        buffer.change { $0.dropMessages() }
        // librdkafka wants it back before.
        control.release()
        do throws(KafkaError) {
            try handle.beginLeaving(answers)
        } catch {
            return logger.error("Kafka group not left", metadata: ["error": "\(error)"])
        }
        let deadline = ContinuousClock.now + configuration.closeTimeout
        awaitLeaving(until: deadline, &assignment)
        // Without an answer to each revocation the client could not even be freed.
        for id in assignment.pending { finish(id, &assignment) }
        awaitLeaving(until: deadline + .seconds(2), &assignment)
        if !handle.hasLeft { logger.warning("Kafka group not left in time; the session timeout will tell it") }
    }

    private func awaitLeaving(until deadline: ContinuousClock.Instant, _ assignment: inout Assignment) {
        while !handle.hasLeft && ContinuousClock.now < deadline {
            serve(answers, &assignment)
            settle(&assignment)
            wakeUp.wait(milliseconds: 10)
        }
        serve(answers, &assignment)
    }

    func free() {
        let hasLeft = handle.hasLeft
        handle.shut()
        commits.end(
            pending: .closed("the consumer was closed before the commit was answered; it may have been done"),
            later: .closed("the consumer is closed")
        )
        buffer.end()
        messages.release()
        answers.release()
        // librdkafka may wait long for what is under way with brokers that do not answer; nobody else needs to.
        if !hasLeft { closed.open() }
        handle.destroy()
        closed.open()
    }
}
