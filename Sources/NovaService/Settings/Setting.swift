/// One setting, declared once: its name, what values it takes, its default and what it does.
///
/// It is a property of a ``SettingGroup`` and is read through it:
///
/// ```swift
/// package struct WorkerSettings: SettingGroup {
///     package let concurrency = Setting.integer("worker.concurrency", default: 64, in: 1...10_000, "Commands …")
/// }
///
/// concurrency = try settings[\WorkerSettings.concurrency]
/// ```
package struct Setting<Value: Sendable>: Sendable {
    package let declaration: SettingDeclaration
    package let `default`: Value
    let read: @Sendable (Settings) throws -> Value

    private init(
        _ name: String,
        _ kind: SettingDeclaration.Kind,
        default fallback: Value,
        shown: String,
        _ purpose: String,
        read: @escaping @Sendable (Settings) throws -> Value
    ) {
        declaration = SettingDeclaration(name: name, kind: kind, defaultText: shown, purpose: purpose)
        self.default = fallback
        self.read = read
    }
}

extension Setting<String> {
    /// A text; a list in the file is joined by commas.
    package static func text(_ name: String, default fallback: String, _ purpose: String) -> Self {
        Self(name, .text, default: fallback, shown: fallback, purpose) { $0.string(name, default: fallback) }
    }
}

extension Setting<String?> {
    /// A text that is not set by default.
    package static func optionalText(_ name: String, _ purpose: String) -> Self {
        Self(name, .text, default: nil, shown: "", purpose) { $0.optionalString(name) }
    }

    /// A secret, from the setting itself or from the file that `NAME.file` names; not set by default.
    package static func secret(_ name: String, _ purpose: String) -> Self {
        Self(name, .secret, default: nil, shown: "", purpose) { try $0.secret(name) }
    }
}

extension Setting<[String]> {
    /// A list of texts that is empty by default.
    package static func list(_ name: String, _ purpose: String) -> Self {
        Self(name, .list, default: [], shown: "[]", purpose) { $0.stringArray(name, default: []) }
    }
}

extension Setting<Bool> {
    /// `true` or `false`; also `yes`, `on`, `1` and `no`, `off`, `0`.
    package static func boolean(_ name: String, default fallback: Bool, _ purpose: String) -> Self {
        Self(name, .boolean, default: fallback, shown: "\(fallback)", purpose) {
            try $0.bool(name, default: fallback)
        }
    }
}

extension Setting<Int> {
    /// A whole number inside `range`.
    package static func integer(
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int>,
        _ purpose: String
    ) -> Self {
        Self(name, .integer(range), default: fallback, shown: "\(fallback)", purpose) {
            try $0.int(name, default: fallback, in: range)
        }
    }
}

extension Setting<Int?> {
    /// A whole number inside `range` that is not set by default.
    package static func optionalInteger(_ name: String, in range: ClosedRange<Int>, _ purpose: String) -> Self {
        Self(name, .integer(range), default: nil, shown: "", purpose) { try $0.optionalInt(name, in: range) }
    }

    /// A whole number inside `range`, or the default: a word that stands for nil.
    package static func integer(
        _ name: String,
        orDefault word: String,
        in range: ClosedRange<Int>,
        _ purpose: String
    ) -> Self {
        Self(name, .integer(range, or: word), default: nil, shown: word, purpose) { settings in
            guard let text = settings.optionalString(name), text != word else { return nil }
            return try settings.int(name, default: range.lowerBound, in: range)
        }
    }
}

extension Setting<Double> {
    /// A number inside `range`.
    package static func number(
        _ name: String,
        default fallback: Double,
        in range: ClosedRange<Double>,
        _ purpose: String
    ) -> Self {
        Self(name, .number(range), default: fallback, shown: "\(fallback)", purpose) {
            try $0.double(name, default: fallback, in: range)
        }
    }
}

extension Setting<Duration> {
    /// A span of time, zero or longer.
    package static func duration(_ name: String, default fallback: Duration, _ purpose: String) -> Self {
        duration(name, default: fallback, least: .zero, purpose) { try $0.duration(name, default: fallback) }
    }

    /// A span of time longer than zero.
    package static func positive(_ name: String, default fallback: Duration, _ purpose: String) -> Self {
        duration(name, default: fallback, least: .positive, purpose) { try $0.positive(name, default: fallback) }
    }

    /// A span of time of at least `least`, which is at least a second.
    package static func duration(
        _ name: String,
        default fallback: Duration,
        atLeast least: Duration,
        _ purpose: String
    ) -> Self {
        duration(name, default: fallback, least: .duration(least), purpose) {
            try $0.duration(name, default: fallback, atLeast: least)
        }
    }

    private static func duration(
        _ name: String,
        default fallback: Duration,
        least: SettingDeclaration.Least,
        _ purpose: String,
        read: @escaping @Sendable (Settings) throws -> Duration
    ) -> Self {
        Self(name, .duration(least), default: fallback, shown: fallback.settingText, purpose, read: read)
    }
}

extension Setting where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words: the raw values of the cases.
    package static func choice(_ name: String, default fallback: Value, _ purpose: String) -> Self {
        let words = Value.allCases.map(\.rawValue)
        return Self(name, .choice(words), default: fallback, shown: fallback.rawValue, purpose) {
            try $0.choice(name, default: fallback)
        }
    }
}

extension Setting<[String: String]> {
    /// Names and values that Nova does not know itself, such as librdkafka's properties; none by default.
    ///
    /// - Parameter example: lines of YAML, shown as a comment in settings files.
    package static func properties(_ name: String, example: [String], _ purpose: String) -> Self {
        Self(name, .properties(example: example), default: [:], shown: "", purpose) {
            try $0.strings(under: name)
        }
    }
}

// MARK: - Groups

/// Settings that the same programs read: a type whose properties are all of type ``Setting``.
package protocol SettingGroup: Sendable {
    init()
    /// The programs that read all of the settings.
    static var readers: [NovaProgram] { get }
    /// Stands as a comment above the section of the first setting in settings files; empty: nothing does.
    static var heading: String { get }
}

extension SettingGroup {
    package static var heading: String { "" }

    /// All settings of the group, in the order in which they are written.
    package static var declarations: [SettingDeclaration] {
        Mirror(reflecting: Self()).children.map { child in
            guard let setting = child.value as? any AnySetting else {
                preconditionFailure("\(Self.self) has a property that is no setting: \(child.label ?? "")")
            }
            return setting.declaration
        }
    }
}

/// A setting of whatever value.
private protocol AnySetting {
    var declaration: SettingDeclaration { get }
}

extension Setting: AnySetting {}

extension Settings {
    /// The value of a setting: from the environment, else from the file, else its default.
    ///
    /// - Throws: ``SettingsError`` where the value is wrong, unless faults are collected.
    package subscript<Group: SettingGroup, Value>(_ setting: KeyPath<Group, Setting<Value>>) -> Value {
        get throws {
            asked.insert(Group.self)
            return try Group()[keyPath: setting].read(self)
        }
    }

    /// The value of a setting whose least value depends on others; its default is raised to it.
    ///
    /// - Throws: ``SettingsError`` where the value is wrong, unless faults are collected.
    package func value<Group: SettingGroup>(
        _ setting: KeyPath<Group, Setting<Int>>,
        atLeast least: Int
    ) throws -> Int {
        asked.insert(Group.self)
        let setting = Group()[keyPath: setting]
        guard case .integer(let range, _) = setting.declaration.kind else { return try setting.read(self) }
        return try int(
            setting.declaration.name,
            default: max(setting.default, least),
            in: max(range.lowerBound, least)...range.upperBound
        )
    }
}
