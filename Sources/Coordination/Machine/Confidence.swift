import NovaContract

/// Confidences, and what they are from.
enum Confidence {
    /// The lower end of the 95 % Wilson score interval (Wilson 1927) of a share.
    static func share(_ successes: Int, of tries: Int, _ what: String) -> (value: Double, basis: String) {
        guard tries > 0 else { return (0, "nothing was tried") }
        let (n, z) = (Double(tries), 1.96)
        let p = Double(successes) / n
        let middle = p + z * z / (2 * n)
        let spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let low = max(0, (middle - spread) / (1 + z * z / n))
        return (low, "\(successes) of \(tries) \(what); lower end of the 95 % Wilson interval")
    }
}

/// How far answers agree.
struct Agreement {
    /// Distinct answers, the most frequent first, then in the order of their text.
    let options: [(key: String, answer: JSONValue, count: Int)]
    let total: Int

    init(_ answers: [JSONValue]) {
        var groups: [String: (answer: JSONValue, count: Int)] = [:]
        for answer in answers { groups[Self.key(answer), default: (answer, 0)].count += 1 }
        options = groups.map { ($0.key, $0.value.answer, $0.value.count) }
            .sorted { $0.2 != $1.2 ? $0.2 > $1.2 : $0.0 < $1.0 }
            .map { (key: $0.0, answer: $0.1, count: $0.2) }
        total = answers.count
    }

    /// Equal for answers that mean the same: white space and case of texts do not count, nor does wrapping one in
    /// `{"text": …}` or `{"answer": …}`.
    static func key(_ answer: JSONValue) -> String { normal(answer).jsonString }

    private static func normal(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            return .string(
                text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
                    .trimmingPunctuation
            )
        case .object(let members):
            for name in ["answer", "text"] where members.count == 1 {
                if let inner = members[name] { return normal(inner) }
            }
            return .object(members.mapValues(normal))
        case .array(let elements): return .array(elements.map(normal))
        case .integer(let number): return JSONValue(Double(number))
        case .null, .bool, .number, .literal: return value
        }
    }

    /// Of the most frequent answer.
    var share: Double { total > 0 ? Double(options.first?.count ?? 0) / Double(total) : 0 }

    /// Agreement beyond chance (Scott's pi for one question): the observed share of agreeing pairs against that of
    /// answers drawn at random among as many options.
    var corrected: Double {
        guard total > 1 else { return 0 }
        guard options.count > 1 else { return 1 }
        let pairs = Double(total * (total - 1))
        let observed = options.reduce(0.0) { $0 + Double($1.count * ($1.count - 1)) } / pairs
        let expected = 1 / Double(options.count)
        return max(0, (observed - expected) / (1 - expected))
    }

    var json: JSONValue {
        [
            "share": JSONValue(share), "beyond_chance": JSONValue(corrected), "answers": JSONValue(total),
            "distinct": JSONValue(options.count),
        ]
    }
}

extension String {
    fileprivate var trimmingPunctuation: String {
        var text = Substring(self)
        while let last = text.last, ".!?".contains(last) { text.removeLast() }
        return String(text)
    }
}
