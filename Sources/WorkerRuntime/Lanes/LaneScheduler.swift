import KafkaClient

/// Decides which record runs next.
///
/// Plain state: it is asked under a lock, and what it returns is done outside.
///
/// Records with one key are a lane and run one after another in the order of their partition. Lanes run at the same
/// time up to `limit`. A lane that has run goes to the end of the line, so that a busy key does not starve others. A
/// record that is parked holds its lane, but no slot.
struct LaneScheduler {
    struct Entry: Sendable {
        /// Told apart from the same record after the partition was lost and assigned again.
        let generation: UInt64
        let lane: String
        let message: KafkaMessage

        var partition: KafkaTopicPartition { message.topicPartition }

        func isSame(as other: Entry) -> Bool {
            generation == other.generation && message.offset == other.message.offset && partition == other.partition
        }
    }

    private struct Partition {
        let generation: UInt64
        var offsets = OffsetTracker()
        /// Of the values of unfinished records.
        var bytes = 0
        /// Of its records, those that run and wait without a slot.
        var waiting = 0
        var isPaused = false
    }

    let limit: Int
    /// A partition with this many unfinished records, or bytes of them, is paused, and resumed at half of it.
    let backlog: Int
    let backlogBytes: Int
    private var partitions: [KafkaTopicPartition: Partition] = [:]
    private var lanes: [String: [Entry]] = [:]
    private var ready: [String] = []
    private var readyHead = 0
    private var running: Set<String> = []
    /// Of those that run, the lanes that wait and have lent their slot.
    private var waiting: Set<String> = []
    private var parked: [String: Entry] = [:]
    /// Those whose time came before they were parked.
    private var early: [String: Entry] = [:]
    private var generation: UInt64 = 0
    private(set) var isStopped = false

    init(limit: Int, backlog: Int, backlogBytes: Int) {
        self.limit = limit
        self.backlog = backlog
        self.backlogBytes = backlogBytes
    }

    var runningCount: Int { running.count }
    private var slotsTaken: Int { running.count - waiting.count }
    var isIdle: Bool { running.isEmpty }
    var parkedCount: Int { parked.count }
    var unfinished: Int { partitions.values.reduce(0) { $0 + $1.offsets.unfinished } }

    // MARK: - Partitions

    mutating func assign(_ assigned: [KafkaTopicPartition]) {
        generation += 1
        for partition in assigned { partitions[partition] = Partition(generation: generation) }
    }

    /// Forgets partitions and what of them has not begun.
    ///
    /// What runs goes on; its end then counts for nothing here.
    ///
    /// - Returns: offsets that may still be committed.
    mutating func remove(_ removed: [KafkaTopicPartition]) -> [KafkaOffset] {
        var offsets: [KafkaOffset] = []
        for partition in removed {
            guard let gone = partitions.removeValue(forKey: partition) else { continue }
            if let offset = gone.offsets.committable {
                offsets.append(.init(topicPartition: partition, offset: offset))
            }
        }
        let gone = Set(removed)
        for (lane, entries) in lanes {
            let kept = entries.filter { !gone.contains($0.partition) }
            lanes[lane] = kept.isEmpty ? nil : kept
        }
        for (lane, entry) in parked where gone.contains(entry.partition) {
            parked[lane] = nil
            if lanes[lane] != nil { ready.append(lane) }
        }
        return offsets
    }

    // MARK: - Records

    /// Takes a record; returns it where it may run at once.
    mutating func enqueue(_ message: KafkaMessage, lane: String) -> Entry? {
        let partition = KafkaTopicPartition(topic: message.topic, partition: message.partition)
        if partitions[partition] == nil { assign([partition]) }
        guard let generation = partitions[partition]?.generation else { return nil }
        partitions[partition]?.offsets.take(message.offset)
        partitions[partition]?.bytes += message.value.count
        let entry = Entry(generation: generation, lane: lane, message: message)
        if !isStopped, !isHeld(lane), lanes[lane] == nil, slotsTaken < limit {
            running.insert(lane)
            return entry
        }
        if lanes[lane] == nil, !isHeld(lane) { ready.append(lane) }
        lanes[lane, default: []].append(entry)
        return nil
    }

    /// The slot that ran `entry` is free: returns what it runs next.
    ///
    /// A record given back or parked stays uncommitted. One whose partition is gone is not parked: its next owner has it.
    mutating func finish(_ entry: Entry, _ disposition: RecordDisposition) -> Entry? {
        reclaim(entry)
        running.remove(entry.lane)
        let isDue = early.removeValue(forKey: entry.lane)?.isSame(as: entry) ?? false
        switch disposition {
        case .finished where isCurrent(entry):
            partitions[entry.partition]?.offsets.finish(entry.message.offset)
            partitions[entry.partition]?.bytes -= entry.message.value.count
        case .parked where isCurrent(entry) && !isStopped:
            if isDue { lanes[entry.lane, default: []].insert(entry, at: 0) } else { parked[entry.lane] = entry }
        case .finished, .givenBack, .parked: break
        }
        if lanes[entry.lane] != nil, !isHeld(entry.lane) { ready.append(entry.lane) }
        return isStopped ? nil : nextReady()
    }

    /// Records that may run without a slot at once; later ones keep theirs.
    static let mostWaiting = 1_000

    /// `entry`, which runs, is about to wait and needs no slot meanwhile.
    ///
    /// - Returns: what a new slot is to run.
    mutating func lend(_ entry: Entry) -> Entry? {
        guard waiting.count < Self.mostWaiting, running.contains(entry.lane), isCurrent(entry),
            waiting.insert(entry.lane).inserted
        else { return nil }
        partitions[entry.partition]?.waiting += 1
        return isStopped ? nil : nextReady()
    }

    /// `entry` goes on, at once: for a while more may run than there are slots, until as many have finished.
    mutating func reclaim(_ entry: Entry) {
        guard waiting.remove(entry.lane) != nil, isCurrent(entry) else { return }
        partitions[entry.partition]?.waiting -= 1
    }

    func isWaiting(_ entry: Entry) -> Bool { waiting.contains(entry.lane) }

    /// The time of a parked record has come: it is the next of its lane.
    ///
    /// It may come while the record's slot is still about to park it.
    ///
    /// - Returns: what a new slot is to run, where there is room for one.
    mutating func unpark(_ entry: Entry) -> Entry? {
        if running.contains(entry.lane) { early[entry.lane] = entry }
        guard let waiting = parked[entry.lane], waiting.isSame(as: entry) else { return nil }
        parked[entry.lane] = nil
        lanes[entry.lane, default: []].insert(entry, at: 0)
        ready.append(entry.lane)
        return isStopped ? nil : nextReady()
    }

    /// Whether no record of the lane may begin.
    private func isHeld(_ lane: String) -> Bool { running.contains(lane) || parked[lane] != nil }

    private mutating func nextReady() -> Entry? {
        guard slotsTaken < limit else { return nil }
        while readyHead < ready.count {
            let lane = ready[readyHead]
            readyHead += 1
            if readyHead > 1_024, readyHead * 2 > ready.count {
                ready.removeFirst(readyHead)
                readyHead = 0
            }
            guard var entries = lanes[lane], !isHeld(lane) else { continue }
            let entry = entries.removeFirst()
            lanes[lane] = entries.isEmpty ? nil : entries
            running.insert(lane)
            return entry
        }
        return nil
    }

    /// Whether `entry`'s partition is still this worker's.
    func isCurrent(_ entry: Entry) -> Bool { partitions[entry.partition]?.generation == entry.generation }

    /// Nothing begins any more; what waits is given back.
    mutating func stop() {
        isStopped = true
        lanes = [:]
        parked = [:]
        early = [:]
        ready = []
        readyHead = 0
    }

    // MARK: - Commits and pauses

    func committable() -> [KafkaOffset] {
        partitions.compactMap { partition, state in
            state.offsets.committable.map { .init(topicPartition: partition, offset: $0) }
        }
    }

    mutating func markCommitted(_ offsets: [KafkaOffset]) {
        for offset in offsets { partitions[offset.topicPartition]?.offsets.markCommitted(offset.offset) }
    }

    /// The partitions to pause and to resume now; they are taken as paused and resumed.
    mutating func flowChanges() -> (pause: [KafkaTopicPartition], resume: [KafkaTopicPartition]) {
        var pause: [KafkaTopicPartition] = []
        var resume: [KafkaTopicPartition] = []
        for (partition, state) in partitions {
            // What waits without a slot may do so for hours: others are not to be held up by it.
            let (count, bytes) = (state.offsets.unfinished - state.waiting, state.bytes)
            if !state.isPaused, count >= backlog || bytes >= backlogBytes {
                partitions[partition]?.isPaused = true
                pause.append(partition)
            } else if state.isPaused, count <= backlog / 2, bytes <= backlogBytes / 2 {
                partitions[partition]?.isPaused = false
                resume.append(partition)
            }
        }
        return (pause, resume)
    }
}
