extension Settings {
    /// A text.
    ///
    /// A list in the file is joined by commas, so `brokers` may be written either way.
    package func string(_ key: String, default fallback: String) -> String {
        optionalString(key) ?? fallback
    }

    /// A text, or nil when it is not set.
    ///
    /// A list in the file is joined by commas.
    package func optionalString(_ key: String) -> String? {
        find(key)?.text
    }

    /// A list of texts: a list in the file, or one text split at its commas; blanks around an entry and empty entries
    /// are dropped.
    package func stringArray(_ key: String, default fallback: [String]) -> [String] {
        switch find(key)?.value {
        case nil: fallback
        case .list(let items)?: items
        case .scalar(let text)?: text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        }
    }

    /// A whole number inside `range`.
    package func int(_ key: String, default fallback: Int, in range: ClosedRange<Int>) throws -> Int {
        try read(key, default: fallback, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A whole number inside `range`, or nil when it is not set.
    package func optionalInt(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        guard find(key) != nil else { return nil }
        return try int(key, default: range.lowerBound, in: range)
    }

    /// A number inside `range`; never infinite, never NaN.
    package func double(_ key: String, default fallback: Double, in range: ClosedRange<Double>) throws -> Double {
        try read(key, default: fallback, "a number from \(range.lowerBound) to \(range.upperBound)") { text in
            Double(text).flatMap { $0.isFinite && range.contains($0) ? $0 : nil }
        }
    }

    /// `true`, `yes`, `on`, `1` or `false`, `no`, `off`, `0`, in any case.
    package func bool(_ key: String, default fallback: Bool) throws -> Bool {
        try read(key, default: fallback, "true or false") { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        }
    }

    /// A span of time, zero or longer: `500ms`, `5s`, `2m`, `1h`, or a plain number of seconds.
    package func duration(_ key: String, default fallback: Duration) throws -> Duration {
        try read(key, default: fallback, "a duration such as 500ms, 5s, 2m, 1h or a number of seconds") { text in
            Duration(settingText: text)
        }
    }

    /// Everything below `prefix`, for names that Nova does not know itself, such as librdkafka's properties.
    ///
    /// In the file: the map under the prefix; a name may contain dots. In the environment: one variable,
    /// `NOVA_KAFKA_PROPERTIES="a=b;c=d"`, whose entries override the file's one by one; `\;` and `\\` stand for a
    /// semicolon and a backslash inside a value.
    ///
    /// - Throws: ``SettingsError`` for an entry of the variable that is not `name=value`.
    package func strings(under prefix: String) throws -> [String: String] {
        var strings: [String: String] = [:]
        for (name, value) in findInFile(under: prefix) {
            strings[name] = value.joined
        }
        guard let found = findInEnvironment(prefix) else { return strings }
        do {
            strings.merge(try PropertyText.parse(found.text)) { _, override in override }
        } catch let error as PropertyText.Malformed {
            // The entries may hold a password, so the text is not shown, only which entry it is.
            let fault = SettingsError(
                key: prefix,
                source: found.source,
                problem: "must be name=value;name=value; entry \(error.entry) has no name or no \"=\""
            )
            return try refused(fault, strings)
        }
        return strings
    }

    private func read<Value>(
        _ key: String,
        default fallback: Value,
        _ right: String,
        _ parse: (String) -> Value?
    ) throws -> Value {
        guard let found = find(key) else { return fallback }
        guard case .scalar(let text) = found.value, let value = parse(text.trimmed) else {
            let fault = SettingsError(
                key: key,
                value: found.text,
                source: found.source,
                problem: "must be \(right)"
            )
            return try refused(fault, fallback)
        }
        return value
    }
}

extension Settings.Found {
    var text: String { value.joined }
}

extension SettingsFile.Value {
    fileprivate var joined: String {
        switch self {
        case .scalar(let text): text
        case .list(let items): items.joined(separator: ",")
        }
    }
}

extension StringProtocol {
    /// Without the blanks around it.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
