/// Where a dead letter lies in its topic: `PARTITION:OFFSET`.
///
/// Also the name by which people speak of it, and the token of its replay.
package struct DeadLetterPlace: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let partition: Int32
    package let offset: Int64

    package init(partition: Int32, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let partition = Int32(parts[0]), let offset = Int64(parts[1]), partition >= 0,
            // The one behind it is an offset too.
            offset >= 0, offset < .max
        else { return nil }
        self.init(partition: partition, offset: offset)
    }

    package var description: String { "\(partition):\(offset)" }

    package static func < (left: DeadLetterPlace, right: DeadLetterPlace) -> Bool {
        (left.partition, left.offset) < (right.partition, right.offset)
    }
}
