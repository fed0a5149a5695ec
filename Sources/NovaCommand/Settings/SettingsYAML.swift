import NovaContract
import NovaPools
import NovaProcess
import NovaService

/// The settings file of a program, as it lies in `config/`: every default, and a comment on each.
enum SettingsYAML {
    private static let width = 120

    static func text(for program: NovaProgram) -> String {
        let settings = DeclaredSettings.all.filter { $0.group.readers.contains(program) }
        var names: [String] = []
        var sections: [String: [String]] = [:]
        for (setting, group) in settings {
            let (section, key) = split(setting.name)
            if sections[section] == nil {
                names.append(section)
                sections[section] = comment(group.heading, indent: 0) + (key == nil ? [] : ["\(section):"])
            }
            sections[section]? += lines(of: setting, key: key ?? section, indent: key == nil ? 0 : 2)
        }
        let blocks = [header(program)] + names.compactMap { sections[$0] }
        return blocks.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private static func header(_ program: NovaProgram) -> [String] {
        let example = program == .gateway ? "http.port" : "worker.concurrency"
        return comment("Settings of \(program.name): \(program.name) --config FILE, or NOVA_CONFIG=FILE.", indent: 0)
            + [
                "#"
            ]
            + comment(
                """
                Every value below is the default; a line may be left out. The environment wins, setting by setting: \
                \(example) is \(SettingDeclaration.variable(of: example)). An empty value counts as not set. Durations: \
                500ms, 5s, 2m, 1h, or a number of seconds. Read once, at the start. Wrong values end the process with exit \
                code 78 and a message; unknown names are warned about. Where Nova is built, make settings writes this file.
                """,
                indent: 0
            )
    }

    /// The section, and the key below it; `prefix` is in no section.
    private static func split(_ name: String) -> (section: String, key: String?) {
        let halves = name.split(separator: ".", maxSplits: 1).map(String.init)
        return (halves[0], halves.count == 1 ? nil : halves[1])
    }

    private static func lines(of setting: SettingDeclaration, key: String, indent: Int) -> [String] {
        let words = [setting.purpose, remark(on: setting, key: key)].compactMap(\.self).joined(separator: " ")
        let comment = comment(words, indent: indent)
        let margin = String(repeating: " ", count: indent)
        if case .properties(let example) = setting.kind {
            return comment + ["\(margin)# \(key):"] + example.map { "\(margin)#   \($0)" }
        }
        return comment + ["\(margin)\(key): \(scalar(setting))"]
    }

    /// Which values are taken, where the purpose does not say it.
    private static func remark(on setting: SettingDeclaration, key: String) -> String? {
        switch setting.kind {
        case .text, .list, .boolean, .properties, .duration(.zero): nil
        case .integer(_, or: .some): "Values: \(setting.kind.values)."
        case .integer, .number: "Range: \(setting.kind.values)."
        case .duration(.positive): "Longer than 0s."
        case .duration(.duration): "\(setting.kind.values.replacing("duration, ", with: ""))."
        case .choice: "One of: \(setting.kind.values)."
        case .secret:
            """
            Better out of this file: in \(setting.variable), or in a file of its own named by \(setting.variable)_FILE \
            (here: \(key).file).
            """
        }
    }

    private static func comment(_ text: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        return TextLayout.wrapped(text, to: width - indent - 2).map { "\(margin)# \($0)" }
    }

    /// The default as YAML has it: plain where it can only be read as that text.
    private static func scalar(_ setting: SettingDeclaration) -> String {
        let text = setting.defaultText
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".:-_".contains($0)) }
        if !text.isEmpty && isPlain || setting.kind == .list { return text }
        return JSONValue.string(text).jsonString
    }
}
