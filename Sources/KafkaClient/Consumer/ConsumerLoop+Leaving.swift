import AsyncPrimitives
import Logging

/// How the poll thread ends.
extension ConsumerLoop {
    /// Waits, up to the close timeout, until a member that has just joined has its first assignment.
    ///
    /// Before 2.3, librdkafka ends the whole process where a member of a cooperative group is closed between joining it
    /// and its first assignment (issue 4312 of librdkafka). What is left of that gap is the time between two calls.
    ///
    /// - Returns: whether the client may be closed.
    func awaitBeginning(_ assignment: inout Assignment) -> Bool {
        guard ClientHandle.abortsWhenClosedEarly else { return true }
        let deadline = ContinuousClock.now + configuration.closeTimeout
        while !assignment.hasBegun, handle.isMember {
            guard ContinuousClock.now < deadline else { return false }
            serve(control, &assignment)
            settle(&assignment)
            wakeUp.wait(milliseconds: 10)
        }
        return true
    }

    /// Ends without closing the client: its threads and memory stay, which is better than the end of the process.
    ///
    /// It stays a member, for nobody polls it, until the process ends or `max.poll.interval.ms` is over.
    func abandon() {
        logger.warning("Kafka group not left: it was joined only just now; it will notice when this process has ended")
        end()
        // The pipe is closed with this loop, and its number may be another file's then.
        for queue in [control, messages, answers] { queue.signalNobody() }
        closed.set()
    }

    private func end() {
        handle.shut()
        commits.end(
            pending: .closed("the consumer was closed before the commit was answered; it may have been done"),
            later: .closed("the consumer is closed")
        )
        buffer.end()
    }

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
        end()
        messages.release()
        answers.release()
        // librdkafka may wait long for what is under way with brokers that do not answer; nobody else needs to.
        if !hasLeft { closed.set() }
        handle.destroy()
        closed.set()
    }
}
