import Configuration
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What one YAML settings file says: every leaf by its dotted key.
package struct SettingsFile: Sendable {
    /// A leaf as it was written; numbers and booleans are read from the text when they are asked for.
    package enum Value: Sendable, Equatable {
        case scalar(String)
        case list([String])
    }

    let path: String
    package let values: [String: Value]

    /// Reads and parses the file.
    ///
    /// Blocks while it reads: for start-up only.
    ///
    /// - Throws: ``SettingsError`` that says whether the file is missing, unreadable or not YAML, and the line and
    ///   column of the fault. The text of the line is left out, since it may hold a secret.
    package init(path: String) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw SettingsError(source: path, problem: Self.readProblem(error))
        }
        self.path = path
        self.values = Self.saysNothing(data) ? [:] : try Self.parse(data, path: path)
    }

    private static func parse(_ data: Data, path: String) throws -> [String: Value] {
        // `YAMLSnapshot` answers for a key but does not list its keys. It asks the secrets specifier about each of
        // them once, while it parses: that is how their names are learned here.
        let keys = Mutex<[String]>([])
        do {
            let snapshot = try YAMLSnapshot(
                data: data.bytes,
                providerName: path,
                parsingOptions: .init(
                    secretsSpecifier: .dynamic { key, _ in
                        keys.withLock { $0.append(key) }
                        return false
                    }
                )
            )
            return try keys.withLock { $0 }.reduce(into: [:]) { values, key in
                // "a.b" and a map a with b are two ways to write one key.
                guard values[key] == nil else { throw SettingsError(source: path, problem: "\(key) is there twice") }
                values[key] = try value(of: key, in: snapshot)
            }
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError(source: path, problem: "not usable as YAML: \(yamlProblem(error))")
        }
    }

    private static func value(of key: String, in snapshot: YAMLSnapshot) throws -> Value? {
        let absolute = AbsoluteConfigKey(ConfigKey(key))
        let found: ConfigContent?
        do {
            found = try snapshot.value(forKey: absolute, type: .string).value?.content
        } catch {
            // Not a scalar: the only other kind of leaf is a list of scalars.
            found = try snapshot.value(forKey: absolute, type: .stringArray).value?.content
        }
        switch found {
        case .string(let text): return text == "null" || text == "~" ? .scalar("") : .scalar(text)
        case .stringArray(let items): return .list(items)
        default: return nil
        }
    }

    /// A file of blank lines and comments is a settings file that sets nothing, not an error.
    private static func saysNothing(_ data: Data) -> Bool {
        data.split(separator: UInt8(ascii: "\n")).allSatisfy { line in
            let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            return text.isEmpty || text.first == UInt8(ascii: "#") || text.elementsEqual("---".utf8)
        }
    }

    private static func readProblem(_ error: any Error) -> String {
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile?, .fileNoSuchFile?: "there is no such file"
        case .fileReadNoPermission?: "it may not be read by this user"
        default: "it cannot be read: \(error)"
        }
    }

    /// The parser's message without its last two lines when these quote the source and point at a column of it.
    private static func yamlProblem(_ error: any Error) -> String {
        var lines = String(describing: error).split(separator: "\n").map(String.init)
        // Of a name that is there twice it quotes everything up to there, and ends with the place.
        if let quote = lines.firstIndex(of: "Context:") {
            lines = Array(lines[..<quote]) + lines.suffix(1).filter { $0.hasPrefix(" in line ") }
        }
        if lines.last?.allSatisfy({ $0 == " " || $0 == "^" }) == true {
            lines.removeLast(min(2, lines.count))
        }
        var text = lines.joined(separator: " ")
        if text.hasSuffix(":") {
            text.removeLast()
        }
        return text
    }
}
