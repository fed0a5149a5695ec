extension Settings {
    /// A text.
    ///
    /// A list in the file is joined by commas, so `brokers` may be written either way.
    func string(_ key: String, default fallback: String) -> String {
        optionalString(key) ?? fallback
    }

    /// A text, or nil when it is not set.
    ///
    /// A list in the file is joined by commas.
    func optionalString(_ key: String) -> String? {
        find(key)?.text
    }

    /// A list of texts: a list in the file, or one text split at its commas; blanks around an entry and empty entries
    /// are dropped.
    func stringArray(_ key: String, default fallback: [String]) -> [String] {
        switch find(key)?.value {
        case nil: fallback
        case .list(let items)?: items
        case .scalar(let text)?: text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        }
    }

    /// A whole number inside `range`.
    func int(_ key: String, default fallback: Int, in range: ClosedRange<Int>) throws -> Int {
        try read(key, default: fallback, .integer(range)) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A whole number inside `range`, or nil when it is not set.
    func optionalInt(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        guard find(key) != nil else { return nil }
        return try int(key, default: range.lowerBound, in: range)
    }

    /// A number inside `range`; never infinite, never NaN.
    func double(_ key: String, default fallback: Double, in range: ClosedRange<Double>) throws -> Double {
        try read(key, default: fallback, .number(range)) { text in
            Double(text).flatMap { $0.isFinite && range.contains($0) ? $0 : nil }
        }
    }

    /// `true`, `yes`, `on`, `1` or `false`, `no`, `off`, `0`, in any case.
    func bool(_ key: String, default fallback: Bool) throws -> Bool {
        try read(key, default: fallback, .boolean) { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        }
    }

    /// A span of time, zero or longer: `500ms`, `5s`, `2m`, `1h`, or a plain number of seconds.
    func duration(_ key: String, default fallback: Duration) throws -> Duration {
        try read(key, default: fallback, .duration(.zero)) { text in
            Duration(settingText: text)
        }
    }

    /// A span of time longer than zero.
    func positive(_ key: String, default fallback: Duration) throws -> Duration {
        let duration = try self.duration(key, default: fallback)
        guard duration > .zero else {
            let fault = SettingsError(key: key, value: "0", source: "settings", problem: "must be longer than zero")
            return try refused(fault, fallback)
        }
        return duration
    }

    /// A span of time of at least `least`, which counts in its place where faults are collected.
    func duration(_ key: String, default fallback: Duration, atLeast least: Duration) throws -> Duration {
        let duration = try self.duration(key, default: fallback)
        guard duration < least else { return duration }
        let problem = "must be \(least.settingText) or longer"
        return try refused(SettingsError(key: key, value: "\(duration)", source: "settings", problem: problem), least)
    }

    /// One of a few words, as the cases of `Choice` are written.
    ///
    /// - Throws: ``SettingsError`` that lists the words.
    func choice<Choice>(_ key: String, default fallback: Choice) throws -> Choice
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        try read(key, default: fallback, .choice(Choice.allCases.map(\.rawValue))) { text in
            Choice(rawValue: text.lowercased())
        }
    }

    /// Everything below `prefix`, for names that Nova does not know itself, such as librdkafka's properties.
    ///
    /// In the file: the map under the prefix; a name may contain dots. In the environment: one variable,
    /// `NOVA_KAFKA_PROPERTIES="a=b;c=d"`, whose entries override the file's one by one; `\;` and `\\` stand for a
    /// semicolon and a backslash inside a value.
    ///
    /// - Throws: ``SettingsError`` for an entry of the variable that is not `name=value`.
    func strings(under prefix: String) throws -> [String: String] {
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
        _ kind: SettingDeclaration.Kind,
        _ parse: (String) -> Value?
    ) throws -> Value {
        guard let found = find(key) else { return fallback }
        guard case .scalar(let text) = found.value, let value = parse(text.trimmed) else {
            let fault = SettingsError(
                key: key,
                value: found.text,
                source: found.source,
                problem: "must be \(kind.rule)"
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
