import Foundation
import NovaContract
import NovaPools
import NovaProcess
import NovaService
import Testing

@testable import NovaCommand

struct SettingsCommandTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    // MARK: - What is written from the declarations

    @Test func `Each pool has its worker among the programs that read settings`() {
        #expect(NovaProgram.workers == NovaPools.all.map { .worker($0.name) })
    }

    @Test(arguments: NovaProgram.allCases)
    func `The committed settings file is what is generated`(program: NovaProgram) throws {
        let file = Self.root.appending(path: "config/\(program.fileName)")
        let committed = try String(contentsOf: file, encoding: .utf8)
        #expect(committed == SettingsYAML.text(for: program), "run make settings")
    }

    @Test func `The tables of the committed page are what is generated`() throws {
        let page = try String(contentsOf: Self.root.appending(path: SettingsPage.path), encoding: .utf8)
        #expect(try SettingsPage.renewed(page) == page, "run make settings")
    }

    @Test func `Files are written below a folder, and the rest of the page is kept`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nova-settings-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["config", "docs"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name),
                withIntermediateDirectories: true
            )
        }
        let page = folder.appending(path: SettingsPage.path)
        let places = SettingsPage.blocks.map {
            "Of \($0.name).\n\n<!-- settings: \($0.name) -->\nold\n<!-- end of settings -->\n"
        }
        try places.joined().write(to: page, atomically: true, encoding: .utf8)
        let run = await CommandRun.nova("settings", "--write", folder.path)
        #expect(run.code == 0, "\(run.errors)")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == SettingsPage.blocks.map { "Of \($0.name).\n\n\($0.text)" }.joined())
        let yaml = try String(contentsOf: folder.appending(path: "config/memory-worker.yaml"), encoding: .utf8)
        #expect(yaml == SettingsYAML.text(for: .worker("memory")))
    }

    @Test func `A page without a place for a table is told`() async throws {
        #expect(throws: CommandFailure.self) { try SettingsPage.renewed("# Configuration\n") }
        let run = await CommandRun.nova("settings", "--write", "/nonexistent")
        #expect(run.code == 1)
        #expect(run.errors.contains("/nonexistent"))
    }

    /// What a settings file shows is what holds without it: each line is read as the default.
    @Test(arguments: NovaProgram.allCases)
    func `A settings file says the defaults`(program: NovaProgram) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nova-settings-\(UUID().uuidString).yaml")
        try SettingsYAML.text(for: program).write(to: folder, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: folder) }
        let values = try SettingsFile(path: folder.path).values
        let declared = DeclaredSettings.all.filter { $0.group.readers.contains(program) }.map(\.setting)
        for setting in declared {
            switch setting.kind {
            case .properties: #expect(values[setting.name] == nil)
            case .list: #expect(values[setting.name] == .list([]))
            default: #expect(values[setting.name] == .scalar(setting.defaultText), "\(setting.name)")
            }
        }
        #expect(Set(values.keys).isSubset(of: declared.map(\.name)))
    }

    // MARK: - The declarations

    @Test func `Each program reads a name once, and each setting is explained`() {
        for program in NovaProgram.allCases {
            let names = DeclaredSettings.all.filter { $0.group.readers.contains(program) }.map(\.setting.name)
            #expect(names.count == Set(names).count, "\(program.name)")
        }
        for (setting, _) in DeclaredSettings.all {
            #expect(setting.purpose.hasSuffix("."), "\(setting.name)")
            #expect(setting.name.wholeMatch(of: /[a-z_]+(\.[a-z_]+)?/) != nil, "\(setting.name)")
        }
        let variables = DeclaredSettings.all.map(\.setting).map(\.variable)
        #expect(Settings.otherVariables.isDisjoint(with: variables))
    }

    // MARK: - The command

    @Test func `The table shows all`() async {
        let run = await CommandRun.nova("settings")
        #expect(run.code == 0)
        #expect(run.lines.count == DeclaredSettings.all.count + 1)
        #expect(run.lines[0].hasPrefix("SETTING"))
        #expect(run.lines.contains { $0.contains("worker.concurrency") && $0.contains("every worker") })
    }

    @Test(arguments: ["worker.concurrency", "NOVA_WORKER_CONCURRENCY"])
    func `One setting is explained`(name: String) async {
        let run = await CommandRun.nova("settings", name)
        #expect(run.code == 0)
        #expect(
            run.output == """
                worker.concurrency
                  Commands in work at the same time; of one entity (a flow, a task, a resource,
                  a memory) never more than one.
                  values:       1 to 10000
                  default:      64
                  environment:  NOVA_WORKER_CONCURRENCY
                  in a file:    concurrency below worker
                  read by:      every worker

                """
        )
    }

    @Test func `A setting with two defaults is shown for both`() async {
        let run = await CommandRun.nova("settings", "health.port")
        #expect(run.lines.filter { $0.contains("default:") }.map { $0.suffix(7) } == ["not set", "   8013"])
        let one = await CommandRun.nova("settings", "health.port", "--process", "gateway")
        #expect(one.lines.count { $0 == "health.port" } == 1)
    }

    @Test func `A section is a table`() async {
        let run = await CommandRun.nova("settings", "retention")
        #expect(run.lines.dropFirst().allSatisfy { $0.hasPrefix("retention.") })
        #expect(run.lines.count > 8)
    }

    @Test func `A name that is not there is told with what was meant`() async {
        let run = await CommandRun.nova("settings", "worker.concurency")
        #expect(run.code == 64)
        #expect(run.errors == "nova: there is no setting worker.concurency: did you mean worker.concurrency?\n")
        let other = await CommandRun.nova("settings", "http.port", "--process", "memory-worker")
        #expect(other.code == 64)
        #expect(other.errors.contains("of nova-memory-worker"))
    }

    @Test func `A settings file and the tables are printed`() async {
        let yaml = await CommandRun.nova("settings", "--yaml", "nova-gateway")
        #expect(yaml.output == SettingsYAML.text(for: .gateway))
        let tables = await CommandRun.nova("settings", "--markdown")
        #expect(tables.output.contains("| `redis.host` | `NOVA_REDIS_HOST` | text | `127.0.0.1` | Host of Redis. |"))
    }

    @Test func `JSON says the same for machines`() async throws {
        let run = await CommandRun.nova("settings", "redis", "--json")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        )
        let settings = try #require(document["settings"] as? [[String: Any]])
        let port = try #require(settings.first { $0["name"] as? String == "redis.port" })
        #expect(port["minimum"] as? Int == 1)
        #expect(port["maximum"] as? Int == 65_535)
        #expect(port["default"] as? String == "6379")
        let password = try #require(settings.first { $0["name"] as? String == "redis.password" })
        #expect(password["environment"] as? [String] == ["NOVA_REDIS_PASSWORD", "NOVA_REDIS_PASSWORD_FILE"])
        #expect((document["other_variables"] as? [String])?.contains("NOVA_CONFIG") == true)
    }

    @Test(arguments: [
        ["--yaml", "gateway", "--json"], ["--yaml", "nobody"], ["redis", "--markdown"],
        ["--process", "gateway", "--write", "/"],
    ])
    func `What makes no sense is refused`(arguments: [String]) async {
        #expect(await CommandRun.nova(["settings"] + arguments).code == 64)
    }
}
