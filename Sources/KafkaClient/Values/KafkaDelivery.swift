/// Where a record lies, after every in-sync replica has it.
package struct KafkaDelivery: Sendable, Hashable {
    package let partition: Int32
    /// -1 where the broker found it stored already by an earlier attempt and no longer knows the place.
    package let offset: Int64
}
