/// Which partitions are ours, and which of them the reader is asked to let go of.
struct Assignment {
    private struct Revocation {
        let partitions: [KafkaTopicPartition]
        let deadline: ContinuousClock.Instant
    }

    /// Those whose messages go to the reader.
    private(set) var readable: Set<KafkaTopicPartition> = []
    private var revocations: [UInt: Revocation] = [:]
    private var lastID: UInt = 0
    /// Whether the group has given us anything yet, be it nothing.
    private(set) var hasBegun = false

    var all: [KafkaTopicPartition] { Array(readable) + revocations.values.flatMap(\.partitions) }

    mutating func assign(_ partitions: [KafkaTopicPartition]) {
        readable.formUnion(partitions)
        hasBegun = true
    }

    /// Returns the number by which the revocation is finished.
    mutating func revoke(_ partitions: [KafkaTopicPartition], deadline: ContinuousClock.Instant) -> UInt {
        readable.subtract(partitions)
        lastID += 1
        revocations[lastID] = Revocation(partitions: partitions, deadline: deadline)
        return lastID
    }

    /// The partitions to give up now; nil if the revocation was finished before, or overtaken by a loss.
    mutating func finish(_ id: UInt) -> [KafkaTopicPartition]? {
        revocations.removeValue(forKey: id)?.partitions
    }

    mutating func lose(_ partitions: [KafkaTopicPartition]) {
        readable.subtract(partitions)
        let gone = Set(partitions)
        revocations = revocations.filter { gone.isDisjoint(with: $0.value.partitions) }
    }

    /// Revocations that may wait no longer.
    func overdue(now: ContinuousClock.Instant) -> [UInt] {
        revocations.filter { $0.value.deadline <= now }.map(\.key)
    }

    var pending: [UInt] { Array(revocations.keys) }
}
