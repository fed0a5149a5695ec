import ArgumentParser
import NovaContract
import NovaPools
import NovaProcess
import NovaService

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `nova settings`.
struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Shows the settings of Nova's processes: values, defaults and what they do.",
        discussion: """
            Without a name, a table of all. Shows what may be set and what holds where nothing is set, not what a process \
            that runs was told. `nova settings --yaml gateway > gateway.yaml` begins a settings file.
            """
    )

    @Argument(
        help: "A setting (worker.concurrency, NOVA_WORKER_CONCURRENCY), or the beginning that several share (worker)."
    )
    var name: String?

    @Option(name: .long, help: "Only those that this process reads, such as gateway or nova-memory-worker.")
    var process: NovaProgram?

    @Option(name: .long, help: "Print a settings file for this process, with every default and a comment on each.")
    var yaml: NovaProgram?

    @Flag(name: .long, help: "Print the tables of docs/configuration.md.")
    var markdown = false

    @Option(
        name: .long,
        help:
            "Write config/*.yaml and the tables of docs/configuration.md below this folder, the root of Nova's sources."
    )
    var write: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        let forms = [yaml != nil, markdown, write != nil, output.json].count { $0 }
        guard forms <= 1 else { throw ValidationError("Name one of --yaml, --markdown, --write and --json.") }
        guard name == nil && process == nil || yaml == nil && !markdown && write == nil else {
            throw ValidationError("A name and --process go with the table and --json only.")
        }
    }

    func run() async throws {
        let console = Console.current
        if let yaml { return console.write(SettingsYAML.text(for: yaml)) }
        if markdown { return console.write(SettingsPage.blocks.map(\.text).joined(separator: "\n")) }
        if let write { return try Self.write(below: write) }
        let found = try chosen()
        if output.json { return console.line(Self.json(found)) }
        // One setting, which has two declarations where two processes have different defaults.
        if name != nil, Set(found.map(\.setting.name)).count == 1 {
            for line in found.map({ Self.details($0.setting, $0.group) }).joined(separator: [""]) { console.line(line) }
            return
        }
        var table = TextTable("SETTING", "DEFAULT", "READ BY", "VALUES")
        for (setting, group) in found {
            table.add(setting.name, setting.defaultText, Self.readers(group), setting.kind.values)
        }
        for line in table.lines { console.line(line) }
    }

    // MARK: - What is asked for

    private typealias Declared = (setting: SettingDeclaration, group: any SettingGroup.Type)

    /// - Throws: `CommandFailure` where there is none.
    private func chosen() throws -> [Declared] {
        let readable = DeclaredSettings.all.filter { process.map($0.group.readers.contains) ?? true }
        guard let name else { return readable }
        let exact = readable.filter { setting, _ in
            setting.names.contains { $0 == name || SettingDeclaration.variable(of: $0) == name }
        }
        let found = exact.isEmpty ? readable.filter { $0.setting.name.hasPrefix(name + ".") } : exact
        guard found.isEmpty else { return found }
        let names = DeclaredSettings.all.map(\.setting.name)
        let meant = DidYouMean.suggestion(for: name, among: names).map { ": did you mean \($0)?" } ?? ""
        let reader = process.map { " of \($0.name)" } ?? ""
        throw CommandFailure(.usage, "there is no setting \(TextLayout.printable(name))\(reader)\(meant)")
    }

    // MARK: - How it is shown

    private static func details(_ setting: SettingDeclaration, _ group: any SettingGroup.Type) -> [String] {
        let halves = setting.name.split(separator: ".", maxSplits: 1).map(String.init)
        let facts = [
            ("values", setting.kind.values),
            ("default", setting.defaultText.isEmpty ? "not set" : setting.defaultText),
            ("environment", setting.names.map(SettingDeclaration.variable).joined(separator: ", or a file's path in ")),
            ("in a file", halves.count == 1 ? halves[0] : "\(halves[1]) below \(halves[0])"),
            ("read by", readers(group)),
        ]
        let purpose = (group.heading.isEmpty ? [] : [group.heading]) + [setting.purpose]
        let width = max(40, min(Console.current.width, 120) - 2)
        return [setting.name] + purpose.flatMap { TextLayout.wrapped($0, to: width) }.map { "  " + $0 }
            + facts.map { "  " + TextLayout.left($0 + ":", 14) + $1 }
    }

    private static func readers(_ group: any SettingGroup.Type) -> String {
        switch Set(group.readers) {
        case Set(NovaProgram.allCases): "every process"
        case Set(NovaProgram.workers): "every worker"
        default: group.readers.map(\.name).joined(separator: ", ")
        }
    }

    private static func json(_ settings: [Declared]) -> JSONValue {
        let variables = Settings.otherVariables.sorted().map { JSONValue.string($0) }
        return [
            "settings": .array(settings.map { .object(JSONObject($0.setting.members(readers: $0.group.readers))) }),
            "other_variables": .array(variables),
        ]
    }

    // MARK: - Files

    /// - Throws: `CommandFailure` where the folder is not that of Nova's sources, or a file cannot be written.
    private static func write(below folder: String) throws {
        let root = URL(filePath: folder)
        let page = root.appending(path: SettingsPage.path)
        do {
            let text = try SettingsPage.renewed(String(contentsOf: page, encoding: .utf8))
            for program in NovaProgram.allCases {
                let file = root.appending(path: "config/\(program.fileName)")
                try Data(SettingsYAML.text(for: program).utf8).write(to: file)
            }
            try Data(text.utf8).write(to: page)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.failed, "the files below \(folder) were not all written: \(error)")
        }
    }
}

extension NovaProgram: ExpressibleByArgument {
    /// Reads `nova-gateway` and `gateway`.
    package init?(argument: String) { self.init(named: argument) }

    package static var allValueStrings: [String] { allCases.map(\.name) }
}

extension SettingDeclaration {
    /// What there is to say of it, for machines.
    fileprivate func members(readers: [NovaProgram]) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "name": .string(name), "environment": .array(names.map { .string(Self.variable(of: $0)) }),
            "type": .string(kind.word), "values": .string(kind.values), "default": .string(defaultText),
            "effect": .string(purpose), "read_by": .array(readers.map { .string($0.name) }),
        ]
        switch kind {
        case .integer(let range, _):
            members["minimum"] = JSONValue(range.lowerBound)
            members["maximum"] = JSONValue(range.upperBound)
        case .choice(let words): members["choices"] = .array(words.map { .string($0) })
        default: break
        }
        return members
    }
}
