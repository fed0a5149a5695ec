/// What librdkafka has to tell, as values.
enum ClientEvent {
    case deliveries([(id: UInt, result: Result<KafkaDelivery, KafkaError>)])
    case message(KafkaMessage)
    /// There is nothing more to read of the partition at present; the offset is the one its next record will have.
    ///
    /// Only of clients with `enable.partition.eof`.
    case endOfPartition(KafkaOffset)
    case rebalance(Rebalance)
    case committed(id: UInt, result: Result<Void, KafkaError>)
    case statistics(String)
    case error(KafkaError)
    case log(LogLine)
    /// Nothing that concerns us.
    case other

    enum Rebalance {
        case assign([KafkaTopicPartition])
        case revoke([KafkaTopicPartition])
        /// The group could not rebalance; whatever is assigned is not ours any more.
        case failed(KafkaError)
    }

    struct LogLine {
        /// As syslog counts: 0 emergency … 7 debug.
        let level: Int32
        let facility: String
        let text: String
    }
}
