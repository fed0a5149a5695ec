/// How far a group is behind in one partition.
package struct KafkaPartitionLag: Sendable, Hashable {
    package let partition: Int32
    /// The next offset the group reads; nil where it has not committed any.
    package let committed: Int64?
    /// The offset the next record will have.
    package let end: Int64
    /// Records between the two, counted from the oldest kept one where nothing is committed.
    ///
    /// Never below zero.
    package let lag: Int64
}
