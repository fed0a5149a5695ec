import NovaContract

/// What was said of one attribute of one subject: each value with its times, and which was said last.
struct FactValues {
    struct Value {
        let value: JSONValue
        /// Milliseconds since 1970.
        var first: Int64
        var last: Int64
        var told: Int
    }

    private static let most = 50
    /// Times that one value is counted at most: what adds to it has room.
    private static let mostTold = 1 << 50

    private(set) var values: [Value] = []

    /// What is known of the memory that is there already: as Nova noted it, or, where a client wrote the memory, what it says.
    init(of known: MemoryRecord?) {
        guard let known else { return }
        guard let noted = known.consolidation else {
            let said = known.definition.content
            for value in (said["also_said"]?.arrayValue ?? []).suffix(Self.most - 1).compactMap(Fact.scalar) {
                add(value, at: min(known.createdAt, known.time))
            }
            if let value = Fact.scalar(said["value"]) { add(value, at: known.time) }
            return
        }
        for each in (noted["values"]?.arrayValue ?? []).suffix(Self.most) {
            guard let value = each["value"], let first = Self.time(each["first"]), let last = Self.time(each["last"])
            else { continue }
            let told = min(max(1, each["told"]?.intValue ?? 1), Self.mostTold)
            values.append(Value(value: value, first: first, last: last, told: told))
        }
    }

    private static func time(_ value: JSONValue?) -> Int64? {
        value?.stringValue.flatMap(Timestamp.milliseconds(parsing:))
    }

    mutating func add(_ value: JSONValue, at time: Int64) {
        let same = Self.compared(value)
        if let index = values.firstIndex(where: { Self.compared($0.value) == same }) {
            values[index].first = min(values[index].first, time)
            values[index].last = max(values[index].last, time)
            values[index].told += 1
        } else {
            values.append(Value(value: value, first: time, last: time, told: 1))
        }
        values.sort { ($0.last, $0.first) < ($1.last, $1.first) }
        if values.count > Self.most { values.removeFirst() }
    }

    /// A number is the same as its digits in a text.
    static func compared(_ value: JSONValue) -> String {
        let text = value.stringValue ?? value.jsonString
        let folded = Fact.folded(text)
        return folded.isEmpty ? text : folded
    }

    var json: JSONValue {
        .array(
            values.map {
                [
                    "value": $0.value, "first": .string(Timestamp.string(milliseconds: $0.first)),
                    "last": .string(Timestamp.string(milliseconds: $0.last)), "told": JSONValue($0.told),
                ]
            }
        )
    }
}
