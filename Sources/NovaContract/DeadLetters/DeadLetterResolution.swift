/// What a person did about a dead letter; a record of the same topic and partition, behind the letter.
///
/// Kafka does not change what was written: that a letter was replayed or purged is written behind it.
package struct DeadLetterResolution: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case replayed
        case purged
    }

    package let kind: Kind
    /// The letter it is about.
    package let place: DeadLetterPlace
    /// Milliseconds since 1970.
    package let at: Int64

    package init(_ kind: Kind, of place: DeadLetterPlace, at: Int64) {
        self.kind = kind
        self.place = place
        self.at = at
    }

    package var headers: [(name: String, value: String)] {
        [
            ("nova_dead_resolution", kind.rawValue),
            ("nova_dead_letter", place.description),
            ("nova_dead_at", Timestamp.string(milliseconds: at)),
        ]
    }

    /// Reads what `headers` wrote; nil for a record that is none.
    package init?(headers: [String: String]) {
        guard let kind = headers["nova_dead_resolution"].flatMap(Kind.init(rawValue:)),
            let place = headers["nova_dead_letter"].flatMap({ DeadLetterPlace($0) })
        else { return nil }
        let at = headers["nova_dead_at"].flatMap { Timestamp.date($0) }.map { Timestamp.milliseconds($0) } ?? 0
        self.init(kind, of: place, at: at)
    }
}
