import KafkaClient
import NovaContract

/// The dead letters of one pool, folded from the records of their topic: a plain value.
///
/// The order in which partitions are read does not matter.
struct DeadLetterLedger: Sendable {
    let pool: Pool
    private var records: [DeadLetterPlace: BuriedRecord] = [:]
    private var placesOf: [BuriedRecord.Identity: [DeadLetterPlace]] = [:]
    private var resolutions: [DeadLetterPlace: DeadLetterResolution] = [:]
    /// By partition: the offset of the oldest record, up to the one the next will have.
    private var bounds: [Int32: Range<Int64>] = [:]

    init(pool: Pool) { self.pool = pool }

    // MARK: - In

    /// Takes one record of the topic.
    mutating func add(_ message: KafkaMessage) {
        let end = message.offset + 1
        let known = bounds[message.partition] ?? message.offset..<end
        bounds[message.partition] = min(known.lowerBound, message.offset)..<max(known.upperBound, end)
        let headers = message.headersByName
        if let resolution = DeadLetterResolution(headers: headers) {
            resolutions[resolution.place] = resolution
        } else {
            add(BuriedRecord(message, headers: headers, pool: pool))
        }
    }

    private mutating func add(_ record: BuriedRecord) {
        let place = record.reference.place
        records[place] = record
        if let identity = record.identity { placesOf[identity, default: []].append(place) }
    }

    /// Notes a resolution that was written just now.
    mutating func note(_ resolution: DeadLetterResolution) {
        resolutions[resolution.place] = resolution
    }

    // MARK: - Out

    /// Each letter once, by ascending place.
    var entries: [DeadLetterEntry] {
        records.values.compactMap { record in
            let entry = entry(of: record)
            return entry.reference == record.reference ? entry : nil
        }
        .sorted { $0.reference < $1.reference }
    }

    /// The letter that lies at the place, also if it was written there again; nil if none does.
    func entry(at place: DeadLetterPlace) -> DeadLetterEntry? {
        records[place].map { entry(of: $0) }
    }

    private func entry(of record: BuriedRecord) -> DeadLetterEntry {
        let places = record.identity.flatMap { placesOf[$0] }?.sorted() ?? [record.reference.place]
        let known = places.compactMap { resolutions[$0] }
        return DeadLetterEntry(
            record: places.first.flatMap { records[$0] } ?? record,
            places: places,
            resolution: known.max { $0.at < $1.at },
            unmarked: places.filter { resolutions[$0] == nil }
        )
    }

    /// By partition, the offset below which nothing is needed any more: every letter there is resolved.
    ///
    /// Partitions of which nothing can go are left out. Ask only when no resolved letter has unmarked places: one that is
    /// kept would be taken for a new letter once the word on the others is gone.
    var removable: [Int32: Int64] {
        var kept = bounds.mapValues(\.upperBound)
        for entry in entries where entry.isOpen {
            for place in entry.places {
                kept[place.partition] = min(kept[place.partition] ?? place.offset, place.offset)
            }
        }
        return kept.filter { partition, offset in bounds[partition].map { $0.lowerBound < offset } ?? false }
    }
}
