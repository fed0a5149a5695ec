/// What became of a partition whose oldest records were to be deleted.
package enum KafkaRecordDeletion: Sendable, Hashable {
    /// They are gone; `oldest` is the offset of the oldest record that is kept, or where the next one will lie.
    case deleted(oldest: Int64)
    case failed(KafkaError)
}
