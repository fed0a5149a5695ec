import Testing

@testable import NovaCommand

struct CommandLineTests {
    private static let commands: [[String]] = [
        [], ["dev"], ["keys"], ["keys", "create"], ["keys", "list"], ["keys", "revoke"], ["keys", "rotate"], ["jobs"],
        ["jobs", "list"], ["jobs", "show"], ["jobs", "cancel"], ["tail"], ["topics"], ["topics", "list"],
        ["topics", "create"], ["topics", "lag"], ["settings"], ["dead-letters"], ["dead-letters", "list"],
        ["dead-letters", "show"],
        ["dead-letters", "replay"], ["dead-letters", "purge"],
    ]

    @Test(arguments: commands)
    func `Every command explains itself`(command: [String]) async {
        let run = await CommandRun.nova(command + ["--help"])
        #expect(run.code == 0)
        #expect(run.errors.isEmpty)
        #expect(run.output.contains("USAGE: " + (["nova"] + command).joined(separator: " ")))
        #expect(run.output.contains("OVERVIEW: "))
    }

    @Test func `Version`() async {
        let run = await CommandRun.nova("--version")
        #expect(run.code == 0)
        #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test(arguments: [
        (["frobnicate"], "frobnicate"),
        (["keys", "create"], "name"),
        (["keys", "create", "x", "--permissions", "read,fly"], "\"fly\""),
        (["keys", "create", "x", "--permissions", ","], "--permissions"),
        (["keys", "create", "x", "--limit", "0"], "--limit"),
        (["keys", "create", "x", "--window", "1500ms"], "--window"),
        (["keys", "create", "x", "--window", "25h"], "--window"),
        (["keys", "create", "x", "--window", "soon"], "soon"),
        (["keys", "create", "x", "--expires-in", "0"], "--expires-in"),
        (["keys", "create", "x", "--domains", "a", "--default-domain", "b"], "--default-domain"),
        (["keys", "create", ""], "empty"),
        (["keys", "create", "a\u{7}b"], "control"),
        (["keys", "revoke"], "keys"),
        (["jobs", "list", "--limit", "201", "--key", "k"], "--limit"),
        (["jobs", "list", "--status", "done", "--key", "k"], "done"),
        (["tail", "--key", "k", "--channel", "nonsense"], "nonsense"),
        (["tail", "--key", "k", "--after", "yesterday"], "--after"),
        (["tail", "--key", "k", "--count", "0"], "--count"),
        (["topics", "create", "--partitions", "0"], "--partitions"),
        (["topics", "create", "somewhere"], "somewhere"),
        (["topics", "lag", "somewhere"], "somewhere"),
        (["dead-letters", "list", "--pool", "somewhere"], "somewhere"),
        (["dead-letters", "list", "--since", "yesterday"], "--since"),
        (["dead-letters", "list", "--error", ""], "--error"),
        (["dead-letters", "show"], "place"),
        (["dead-letters", "show", "0:17"], "POOL/PARTITION:OFFSET"),
        (["dead-letters", "show", "optimization/0:-1"], "POOL/PARTITION:OFFSET"),
        (["dead-letters", "replay"], "--all-matching"),
        (["dead-letters", "replay", "--pool", "memory"], "--all-matching"),
        (["dead-letters", "replay", "memory/0:1", "--error", "x"], "not both"),
        (["dead-letters", "purge", "--yes"], "--all-matching"),
        (["dead-letters", "purge", "memory/0:1", "--all-matching"], "not both"),
        (["dev", "--port", "70000"], "--port"),
        (["dev", "--no-demo", "--flow", "x.json"], "--flow"),
    ])
    func `A command line that makes no sense ends with 64 and says what is wrong`(
        arguments: [String],
        named: String
    ) async {
        let run = await CommandRun.nova(arguments)
        #expect(run.code == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(named), "\(run.errors)")
    }

    @Test(arguments: [
        ("500ms", 500), ("30s", 30_000), ("15m", 900_000), ("12h", 43_200_000), ("90d", 7_776_000_000), ("2", 2_000),
        ("1.5h", 5_400_000), ("0", 0),
    ])
    func `Spans of time`(text: String, milliseconds: Int64) {
        #expect(SpanArgument(argument: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["", "s", "soon", "-5s", "1e9", "5 s", "inf", "36526d", "1w", "1..5s"])
    func `What is no span of time`(text: String) {
        #expect(SpanArgument(argument: text) == nil)
    }

    @Test func `A misspelled variable is told of, whatever the command`() async {
        let environment = [
            "NOVA_URLL": "http://127.0.0.1:1", "NOVA_REDIS_PORT": "1", "NOVA_HTTP_PROT": "", "NOVA_MINE": "1",
        ]
        for command in [["jobs", "list"], ["keys", "list"]] {
            let run = await CommandRun.nova(command, environment: environment)
            let notes = run.errors.split(separator: "\n").filter { $0.contains("has no effect") }
            #expect(notes == ["nova: NOVA_URLL is not known and has no effect: did you mean NOVA_URL?"])
        }
    }
}
