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
    /// Distinct answers, the most frequent first; of equally frequent ones that first which was given by the agent that the
    /// request names first.
    let options: [(key: String, answer: JSONValue, count: Int)]
    let total: Int

    /// - Parameter answers: in the order in which the request names their agents.
    init(_ answers: [JSONValue]) {
        var groups: [(key: String, answer: JSONValue, count: Int)] = []
        var places: [String: Int] = [:]
        for answer in answers {
            let key = Self.key(answer)
            if let place = places[key] {
                groups[place].count += 1
            } else {
                places[key] = groups.count
                groups.append((key, answer, 1))
            }
        }
        options = groups.enumerated().sorted { left, right in
            let (a, b) = (left.element.count, right.element.count)
            return a != b ? a > b : left.offset < right.offset
        }.map(\.element)
        total = answers.count
    }

    /// Whether no answer was given more often than all others.
    var isTie: Bool { options.count > 1 && options[0].count == options[1].count }

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
        // 2.0 is 2; a whole number is never rounded to another.
        case .number(let number): return Int64(exactly: number).map(JSONValue.integer) ?? value
        case .null, .bool, .integer, .literal: return value
        }
    }

    /// Of the most frequent answer.
    var share: Double { total > 0 ? Double(options.first?.count ?? 0) / Double(total) : 0 }

    /// Agreement beyond chance (Scott's pi for one question): the observed share of agreeing pairs against that of
    /// answers drawn at random among as many options.
    var corrected: Double {
        guard total > 1 else { return 0 }
        guard options.count > 1 else { return 1 }
        let pairs = Double(total) * Double(total - 1)
        let observed = options.reduce(0.0) { $0 + Double($1.count) * Double($1.count - 1) } / pairs
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
