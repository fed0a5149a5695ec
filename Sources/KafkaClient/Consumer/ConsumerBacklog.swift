import DequeModule

/// What waits for the reader, as a plain value.
///
/// Bounded: messages by number and bytes, errors by number, statistics by one; of each partition there is at most one
/// unread departure and one unread arrival, since an arrival that is not read yet is taken back instead.
struct ConsumerBacklog {
    private static let maximumErrors = 32

    private let maximumMessages: Int
    private let maximumBytes: Int
    private var rebalances: Deque<KafkaConsumerEvent> = []
    private var errors: Deque<KafkaError> = []
    private var statistics: String?
    private var messages: Deque<KafkaMessage> = []
    private var bytes = 0

    init(maximumMessages: Int, maximumBytes: Int) {
        self.maximumMessages = max(1, maximumMessages)
        self.maximumBytes = max(1, maximumBytes)
    }

    var hasRoom: Bool { messages.count < maximumMessages && bytes < maximumBytes }

    /// Room enough that it is worth waking the one who fills it.
    var isHalfEmpty: Bool { messages.count <= maximumMessages / 2 && bytes <= maximumBytes / 2 }

    // MARK: - In

    mutating func append(_ message: KafkaMessage) {
        messages.append(message)
        bytes += message.footprint
    }

    mutating func assign(_ partitions: [KafkaTopicPartition]) {
        rebalances.append(.assigned(partitions))
    }

    /// Whether the reader has to let go of any.
    ///
    /// If not, it has never heard of them.
    mutating func revoke(_ partitions: [KafkaTopicPartition], id: UInt) -> Bool {
        let known = withdraw(partitions)
        if !known.isEmpty { rebalances.append(.revoked(KafkaRevocation(partitions: known, id: id))) }
        return !known.isEmpty
    }

    mutating func lose(_ partitions: [KafkaTopicPartition]) {
        let known = withdraw(partitions)
        forgetRevocations(of: Set(known))
        if !known.isEmpty { rebalances.append(.lost(known)) }
    }

    mutating func append(_ error: KafkaError) {
        if errors.count == Self.maximumErrors { errors.removeFirst() }
        errors.append(error)
    }

    mutating func append(statistics text: String) {
        statistics = text
    }

    mutating func dropMessages() {
        messages.removeAll()
        bytes = 0
    }

    // MARK: - Out

    mutating func next() -> KafkaConsumerEvent? {
        if let event = rebalances.popFirst() { return event }
        if let error = errors.popFirst() { return .error(error) }
        if let text = statistics.take() { return .statistics(text) }
        guard let message = messages.popFirst() else { return nil }
        bytes -= message.footprint
        return .message(message)
    }

    mutating func nextRebalance() -> KafkaConsumerEvent? {
        rebalances.popFirst()
    }

    // MARK: - Taking back

    /// Drops the partitions' messages and unread arrivals.
    ///
    /// Returns those whose arrival the reader has read.
    private mutating func withdraw(_ partitions: [KafkaTopicPartition]) -> [KafkaTopicPartition] {
        let gone = Set(partitions)
        messages.removeAll { gone.contains($0.topicPartition) }
        bytes = messages.reduce(0) { $0 + $1.footprint }
        var unread: Set<KafkaTopicPartition> = []
        rebalances = Deque(
            rebalances.compactMap { event in
                guard case .assigned(let arrived) = event else { return event }
                unread.formUnion(arrived.filter(gone.contains))
                let left = arrived.filter { !gone.contains($0) }
                return left.isEmpty ? nil : .assigned(left)
            }
        )
        return partitions.filter { !unread.contains($0) }
    }

    /// A loss takes the place of unread revocations: there is nothing to let go of any more.
    private mutating func forgetRevocations(of gone: Set<KafkaTopicPartition>) {
        rebalances = Deque(
            rebalances.compactMap { event in
                guard case .revoked(let revocation) = event else { return event }
                let left = revocation.partitions.filter { !gone.contains($0) }
                return left.isEmpty ? nil : .revoked(KafkaRevocation(partitions: left, id: revocation.id))
            }
        )
    }
}
