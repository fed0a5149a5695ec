package import NovaContract

/// Something that a memory says of somebody or something.
package struct Fact: Sendable, Equatable {
    package let subject: String
    package let attribute: String
    /// A string, a number or a boolean.
    package let value: JSONValue
    /// In a sentence; nil: nobody made one.
    package let statement: String?
    /// The memory that says it.
    package let source: MemoryRecord

    package init(
        subject: String,
        attribute: String,
        value: JSONValue,
        statement: String? = nil,
        source: MemoryRecord
    ) {
        self.subject = subject
        self.attribute = attribute
        self.value = value
        self.statement = statement
        self.source = source
    }

    /// Of the memory that keeps what is said of this attribute of this subject.
    package var memoryID: String { ConsolidatedID.make("fact", [Self.folded(subject), Self.folded(attribute)]) }

    /// How names and values are compared.
    static func folded(_ text: String) -> String { Words.split(text).joined(separator: " ") }

    // MARK: - From fields

    /// Members whose value names what the others are about, the surest first.
    private static let subjects = [
        "subject", "entity", "name", "user", "user_id", "customer", "customer_id", "person", "agent", "id",
    ]
    /// Members that tell of the memory itself, not of its subject.
    private static let others: Set<String> = [
        "text", "message", "content", "summary", "statement", "speaker", "role", "author", "from", "to", "time",
        "timestamp",
        "date", "created_at", "updated_at", "type", "kind", "dia_id", "session", "conversation",
    ]
    /// Of one memory; a table of figures is not what is meant.
    package static let mostOfOne = 50
    private static let mostCharacters = 120
    private static let mostWords = 12

    /// What the fields say, where one of them names a subject: no prose is read.
    ///
    /// Either `subject`, `attribute` (`predicate`, `property`, `relation`) and `value` (`object`), or each further member that has
    /// a number, a boolean or a few words.
    package static func fromFields(of record: MemoryRecord) -> [Fact] {
        guard case .object(let members) = record.definition.content else { return [] }
        guard let key = subjects.first(where: { name(members[$0]) != nil }), let subject = name(members[key]) else {
            return []
        }
        let attribute = ["attribute", "predicate", "property", "relation"].compactMap { name(members[$0]) }.first
        if let attribute, let value = ["value", "object"].compactMap({ scalar(members[$0]) }).first {
            return [Fact(subject: subject, attribute: attribute, value: value, source: record)]
        }
        let facts = members.sorted { $0.key < $1.key }.lazy.compactMap { member -> Fact? in
            guard member.key != key, !others.contains(member.key.lowercased()), let value = scalar(member.value) else {
                return nil
            }
            return Fact(subject: subject, attribute: member.key, value: value, source: record)
        }
        return Array(facts.prefix(mostOfOne))
    }

    private static func name(_ value: JSONValue?) -> String? {
        guard let text = value?.stringValue, text.count <= mostCharacters, !folded(text).isEmpty else { return nil }
        return text
    }

    static func scalar(_ value: JSONValue?) -> JSONValue? {
        switch value {
        case .bool, .integer, .number, .literal: return value
        case .string(let text):
            let isShort = text.count <= mostCharacters && text.split(separator: " ").count <= mostWords
            return isShort && text.contains { !$0.isWhitespace } ? value : nil
        default: return nil
        }
    }
}
