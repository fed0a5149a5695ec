import Configuration
import NovaContract
import Synchronization

/// A process's settings: the environment, and below it one optional YAML file.
///
/// The setting `http.port` is the environment variable `NOVA_HTTP_PORT` or, in the file, `port` under `http`. The
/// environment wins, setting by setting. An empty variable and an empty or `null` entry count as not set, since
/// Compose passes a variable that nobody set as an empty one.
///
/// Only what a ``SettingGroup`` declares can be read. Values are checked when they are asked for, and a wrong one is a
/// ``SettingsError`` that a person can act on. Ask for everything at start-up, before a port is opened.
package struct Settings: Sendable {
    /// One value as found: its text or texts, and where it was.
    struct Found: Sendable {
        let value: SettingsFile.Value
        let source: String
    }

    private let environment: EnvironmentVariablesProvider
    /// Names of the variables that begin with `NOVA_` and are set to something.
    private let variables: [String]
    private let file: SettingsFile?
    let asked = AskedKeys()
    /// Nil: a fault is thrown where it is found.
    private var collected: FaultList?

    private init(environment: [String: String], file: SettingsFile?) {
        self.environment = EnvironmentVariablesProvider(environmentVariables: environment)
        variables = Self.set(environment)
        self.file = file
    }

    /// Loads the file named, or else the one in `NOVA_CONFIG`, or else none: then only the environment counts.
    ///
    /// - Throws: ``SettingsError`` when a named file is missing, unreadable or not YAML.
    package static func load(file: String?, environment: [String: String]) async throws -> Settings {
        guard let path = file ?? environment["NOVA_CONFIG"], !path.isEmpty else {
            return Settings(environment: environment, file: nil)
        }
        return Settings(environment: environment, file: try SettingsFile(path: path))
    }

    // MARK: - Faults

    /// The same settings, where a fault is noted instead of thrown, and the default counts: so all are found at once.
    ///
    /// Ask for `faults` when everything has been read.
    package func collecting() -> Settings {
        var settings = self
        settings.collected = FaultList()
        return settings
    }

    /// What was wrong with what has been read so far; empty where faults are thrown.
    package var faults: [SettingsError] { collected?.faults ?? [] }

    /// For a value that is wrong: throws, or notes the fault and goes on with another value.
    package func refused<Value>(_ fault: SettingsError, _ instead: Value) throws -> Value {
        guard let collected else { throw fault }
        collected.insert(fault)
        return instead
    }

    // MARK: - Names that are not known

    /// Variables that are no settings: of the tool, and the one that names the settings file.
    package static let otherVariables: Set<String> = ["NOVA_API_KEY", "NOVA_CONFIG", "NOVA_URL"]

    /// Variables that make a test build fail.
    private static let faultVariables: Set<String> = ["NOVA_BREAK", "NOVA_FAULT", "NOVA_POISON"]

    /// Names in the file that nobody has asked for, and variables that no program of Nova knows: most likely misspelled, and
    /// without effect.
    ///
    /// Complete only once the process has asked for all it knows. Log it as a warning then.
    ///
    /// - Parameter groups: the settings of all programs, for the environment of one may hold those of another. A group that was
    ///   read and is not among them ends the process: it would be missing from the documentation too.
    package func unknownNames(_ groups: [any SettingGroup.Type]) -> [UnknownSetting] {
        for group in asked.groups where !groups.contains(where: { $0 == group }) {
            preconditionFailure("\(group) is read and is not in the list of all settings")
        }
        let known = asked.keys
        let inFile = (file?.values.keys.filter { !asked.covers($0) } ?? []).sorted().map {
            UnknownSetting(name: $0, suggestion: DidYouMean.isNear($0, known.sorted()))
        }
        return inFile + Self.unknown(variables, groups)
    }

    /// The same of variables alone, for a program that asks for few settings, or for none.
    package static func unknownVariables(
        _ environment: [String: String],
        _ groups: [any SettingGroup.Type]
    ) -> [UnknownSetting] {
        unknown(set(environment), groups)
    }

    private static func unknown(_ variables: [String], _ groups: [any SettingGroup.Type]) -> [UnknownSetting] {
        let settings = groups.flatMap { $0.declarations }.flatMap(\.names).map(SettingDeclaration.variable)
        let names = otherVariables.union(faultVariables).union(settings)
        return variables.filter { !names.contains($0) }.map {
            UnknownSetting(name: $0, suggestion: DidYouMean.isNear($0, names.sorted()))
        }
    }

    /// Names of the variables that begin with `NOVA_` and are set to something.
    private static func set(_ environment: [String: String]) -> [String] {
        environment.filter { $0.key.hasPrefix("NOVA_") && !$0.value.isEmpty }.keys.sorted()
    }

    // MARK: - Values

    /// The value of a key, environment first, and nil when it is set nowhere or only to nothing.
    func find(_ key: String) -> Found? {
        asked.insert(key)
        return findInEnvironment(key) ?? findInFile(key)
    }

    func findInEnvironment(_ key: String) -> Found? {
        variable(for: key).flatMap { name, text in
            text.isEmpty ? nil : Found(value: .scalar(text), source: name)
        }
    }

    func findInFile(_ key: String) -> Found? {
        asked.insert(key)
        guard let file, let value = file.values[key], value != .scalar("") else { return nil }
        return Found(value: value, source: file.path)
    }

    /// Everything in the file below `prefix`, by what follows the prefix and a dot; values as they are, also empty ones.
    func findInFile(under prefix: String) -> [(name: String, value: SettingsFile.Value)] {
        asked.insert(prefix: prefix)
        return (file?.values ?? [:]).compactMap { key, value in
            key.hasPrefix(prefix + ".") ? (String(key.dropFirst(prefix.count + 1)), value) : nil
        }
    }

    /// The environment variable of a key: its name and its text, or nil when there is no such variable.
    private func variable(for key: String) -> (name: String, text: String)? {
        do {
            let result = try environment.value(forKey: AbsoluteConfigKey(ConfigKey("nova." + key)), type: .string)
            guard case .string(let text)? = result.value?.content else { return nil }
            return (result.encodedKey, text)
        } catch {
            // A variable is text already; the provider has nothing to convert and so nothing to refuse.
            return nil
        }
    }
}

/// What a process has asked for, noted while it reads its settings.
final class AskedKeys: Sendable {
    private struct State {
        var keys: Set<String> = []
        var prefixes: Set<String> = []
        var groups: [ObjectIdentifier: any SettingGroup.Type] = [:]
    }

    private let state = Mutex(State())

    func insert(_ key: String) {
        state.withLock { _ = $0.keys.insert(key) }
    }

    func insert(prefix: String) {
        state.withLock { _ = $0.prefixes.insert(prefix + ".") }
    }

    func insert(_ group: any SettingGroup.Type) {
        state.withLock { $0.groups[ObjectIdentifier(group)] = group }
    }

    var keys: Set<String> { state.withLock(\.keys) }

    var groups: [any SettingGroup.Type] { state.withLock { Array($0.groups.values) } }

    func covers(_ key: String) -> Bool {
        state.withLock { state in
            state.keys.contains(key) || state.prefixes.contains { key.hasPrefix($0) }
        }
    }
}

/// A name that means nothing: one in the file, by its dotted key, or an environment variable.
package struct UnknownSetting: Sendable, Equatable, CustomStringConvertible {
    package let name: String
    /// What was probably meant.
    package let suggestion: String?

    /// For example `NOVA_HTTP_PROT is not known and has no effect: did you mean NOVA_HTTP_PORT?`.
    package var description: String {
        "\(name) is not known and has no effect" + (suggestion.map { ": did you mean \($0)?" } ?? "")
    }
}

/// The faults found while settings are read.
private final class FaultList: Sendable {
    private let list = Mutex<[SettingsError]>([])

    var faults: [SettingsError] { list.withLock { $0 } }

    /// What is wrong with one setting counts once, however often it is read.
    func insert(_ fault: SettingsError) {
        list.withLock { if !$0.contains(fault) { $0.append(fault) } }
    }
}
