import CRdkafka

extension ClientHandle {
    /// Blocks until every record has its report, or the time is over, or `isCancelled`.
    ///
    /// Another thread must poll.
    ///
    /// - Returns: whether there is nothing without a report.
    /// - Throws: if the client is closed meanwhile.
    func flush(until deadline: ContinuousClock.Instant, isCancelled: () -> Bool) throws(KafkaError) -> Bool {
        while true {
            let slice = min((deadline - ContinuousClock.now).milliseconds, 50)
            // In slices: `shut()` waits for those inside.
            let status = try use { rd_kafka_flush($0, slice) }
            if status == RD_KAFKA_RESP_ERR_NO_ERROR { return true }
            if slice == 0 || isCancelled() { return false }
        }
    }

    /// For the owner after `shut()`: waits for reports, then gives up what has none, which is reported as failed.
    ///
    /// - Returns: how many records and reports were given up.
    func finishProducing(until deadline: ContinuousClock.Instant) -> Int {
        rd_kafka_flush(pointer, (deadline - ContinuousClock.now).milliseconds)
        let left = Int(rd_kafka_outq_len(pointer))
        guard left > 0 else { return 0 }
        rd_kafka_purge(pointer, Int32(RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT))
        // The reports of what was purged come by the poll thread.
        rd_kafka_flush(pointer, 1000)
        return left
    }
}
