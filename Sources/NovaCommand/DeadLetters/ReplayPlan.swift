import NovaContract

/// In which order letters are replayed, and how many at a time: a plain value.
enum ReplayPlan {
    /// Letters of a batch, and bytes of their payloads, at most; one letter more may be in it, however large.
    private static let maximumLetters = 200
    private static let maximumBytes = 32 << 20

    /// Batches of one pool each.
    ///
    /// Originals of a partition are sent in the order in which they lay there, and with them those of a key; a letter
    /// that was written late has its place by its original.
    static func batches(_ entries: [DeadLetterEntry]) -> [[DeadLetterEntry]] {
        var batches: [[DeadLetterEntry]] = []
        var bytes = 0
        for entry in entries.sorted(by: precedes) {
            let isSamePool = batches.last?.last?.reference.pool == entry.reference.pool
            let hasRoom = bytes < maximumBytes && batches.last.map { $0.count < maximumLetters } ?? false
            if isSamePool && hasRoom {
                batches[batches.count - 1].append(entry)
                bytes += entry.record.bytes
            } else {
                batches.append([entry])
                bytes = entry.record.bytes
            }
        }
        return batches
    }

    private static func precedes(_ left: DeadLetterEntry, _ right: DeadLetterEntry) -> Bool {
        guard left.reference.pool == right.reference.pool, let first = left.record.identity,
            let second = right.record.identity
        else { return left.reference < right.reference }
        return (first.topic, first.partition, first.offset, left.reference.place)
            < (second.topic, second.partition, second.offset, right.reference.place)
    }

    /// The letters of a batch by key, in their order: keys do not wait for each other.
    static func lanes(_ batch: [DeadLetterEntry]) -> [[DeadLetterEntry]] {
        var order: [String] = []
        var lanes: [String: [DeadLetterEntry]] = [:]
        for entry in batch {
            // A record without a key waits for nothing, and nothing for it.
            let lane = entry.record.key.isEmpty ? "#\(entry.reference)" : "=\(entry.record.key)"
            if lanes[lane] == nil { order.append(lane) }
            lanes[lane, default: []].append(entry)
        }
        return order.compactMap { lanes[$0] }
    }
}
