import NovaPools
import NovaProcess
import NovaService

/// The tables of `docs/configuration.md`.
///
/// Each stands between two lines, which are comments in Markdown: `<!-- settings: nova-gateway -->` and
/// `<!-- end of settings -->`. What is between them is written anew, the rest of the page is left as it is.
enum SettingsPage {
    static let path = "docs/configuration.md"

    private static let end = "<!-- end of settings -->"

    /// One block of the page: its first line, the tables, its last line.
    struct Block {
        let name: String
        let text: String
    }

    /// What every process reads, what every worker reads, and what is left of each program.
    static var blocks: [Block] {
        let all = NovaProgram.allCases
        let workers = NovaProgram.workers
        return [block("every process") { Set($0) == Set(all) }]
            + [block("every worker") { Set($0) == Set(workers) }]
            + all.map { program in
                block(program.name) { ![Set(all), Set(workers)].contains(Set($0)) && $0.contains(program) }
            }
    }

    /// The page with its blocks written anew.
    ///
    /// - Throws: `CommandFailure` where the page lacks a block.
    static func renewed(_ page: String) throws -> String {
        try blocks.reduce(page) { page, block in
            guard let begin = page.firstRange(of: start(block.name) + "\n"),
                let end = page[begin.upperBound...].firstRange(of: Self.end + "\n")
            else {
                let lines = "\(start(block.name)) and, below it, \(Self.end)"
                throw CommandFailure(.failed, "\(path) has no place for the settings of \(block.name): add \(lines)")
            }
            return String(page[..<begin.lowerBound]) + block.text + page[end.upperBound...]
        }
    }

    private static func start(_ name: String) -> String { "<!-- settings: \(name) -->" }

    private static func block(_ name: String, _ isWanted: ([NovaProgram]) -> Bool) -> Block {
        let settings = DeclaredSettings.all.filter { isWanted($0.group.readers) }
        var lines = [start(name)]
        var section: Substring?
        for (setting, group) in settings {
            let next = setting.name.prefix { $0 != "." }
            if next != section {
                section = next
                lines += ["", "`\(next)`" + (group.heading.isEmpty ? "" : ": \(group.heading)"), ""]
                lines += ["| setting | environment | values | default | effect |", "| --- | --- | --- | --- | --- |"]
            }
            lines.append(row(setting))
        }
        return Block(name: name, text: (lines + ["", end]).joined(separator: "\n") + "\n")
    }

    private static func row(_ setting: SettingDeclaration) -> String {
        var effect = setting.purpose
        if setting.kind == .secret {
            effect += " Also from a file of its own, which `\(setting.variable)_FILE` or `\(setting.name).file` names."
        }
        let fallback = setting.defaultText.isEmpty ? "none" : "`\(setting.defaultText)`"
        let cells = ["`\(setting.name)`", "`\(setting.variable)`", setting.kind.values, fallback, effect]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
