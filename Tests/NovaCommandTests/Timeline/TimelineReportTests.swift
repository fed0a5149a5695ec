import NovaContract
import Testing

@testable import NovaCommand

struct TimelineReportTests {
    private func report(_ json: JSONValue, width: Int = 80, capacity: [String: Double] = [:]) throws -> [String] {
        let result = try #require(FlowResult(json: json))
        return TimelineReport(result: result, capacity: capacity, width: width, style: .plain).lines
    }

    @Test func `A page shows before and after, the critical path, what is used and what to change`() throws {
        let json = SampleResult.json(
            [("fetch", 0, 20), ("train", 20, 60), ("report", 60, 75)],
            submitted: [("fetch", 0, 20), ("train", 40, 80), ("report", 80, 95)],
            critical: ["fetch", "train"],
            utilization: ["cpu": 0.25, "gpu": 1],
            advice: [("shorten train", 1), ("run train first", 20), ("have more gpu: saves 5 s", 5)]
        )
        let lines = try report(json, width: 60, capacity: ["gpu": 2])
        #expect(lines.joined(separator: "\n") == Self.page)
    }

    private static let page = """
        Flow sample: 3 steps, 1 min 15 s
        No schedule can be shorter.

        Before in the order submitted, 1 min 35 s
                  0               30 s            1 min
          fetch   ▒▒▒▒▒▒▒▒▒▒▒
          train                        ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
          report                                            ▒▒▒▒▒▒▒▒

        After  optimized, 1 min 15 s, 21 % shorter
                  0               30 s            1 min
        * fetch   ███████████
        * train              █████████████████████
          report                                  ▒▒▒▒▒▒▒

        * critical path: fetch → train

        Resources in use
          gpu     ████████████████████████████ 100 % of 2
          cpu     ███████·····················  25 %

        What to change, greatest effect first
          1  run train first (saves 20 s)
          2  have more gpu: saves 5 s
          3  shorten train (saves 1 s)
        """

    @Test(arguments: [40, 61, 80, 132, 200])
    func `No line is wider than the terminal`(width: Int) throws {
        for json in Self.odd {
            for line in try report(json, width: width) {
                #expect(DisplayWidth.of(line) <= width, "\(line)")
                #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
            }
        }
    }

    private static let odd: [JSONValue] = [
        SampleResult.json([]),
        SampleResult.json([("only", 0, 0)], critical: ["only"]),
        SampleResult.json([("only", 0, 1e8)], critical: ["only"]),
        SampleResult.json(SampleResult.many(200), critical: (0..<200).map { "step-\($0)" }),
        SampleResult.json(
            [
                ("データを集める長い名前のステップ", 0, 3), ("🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀", 1, 4), ("a\u{1B}[31m\u{202E}\n", 2, 5),
                (String(repeating: "x", count: 200), 3, 3), ("e\u{301}tape", 4, 9.5),
            ],
            submitted: [("データを集める長い名前のステップ", 0, 30)],
            critical: [String(repeating: "x", count: 200), "データを集める長い名前のステップ"],
            utilization: [String(repeating: "資源", count: 40): 1.7, "cpu": 0, "nan": -1],
            advice: [(String(repeating: "long words ", count: 60), 3), (String(repeating: "y", count: 500), 1e9)],
            reason: String(repeating: "because ", count: 40)
        ),
    ]

    @Test func `A step without duration is a mark, also at the very end`() throws {
        let lines = try report(SampleResult.json([("work", 0, 10), ("milestone", 10, 10)]))
        let milestone = try #require(lines.first { $0.contains("milestone") })
        #expect(milestone.hasSuffix("◆"))
        #expect(DisplayWidth.of(milestone) == 80)
    }

    @Test func `One step is a bar over the whole width`() throws {
        let lines = try report(SampleResult.json([("only", 0, 10)], critical: ["only"]))
        let line = try #require(lines.first { $0.hasPrefix("* only") && !$0.contains("critical") })
        #expect(line.count { $0 == "█" } == 80 - 6 - TimelineChart.gap)
    }

    @Test func `Of many steps those that matter are drawn, in the order they start`() throws {
        let critical = ["step-7", "step-111", "step-190"]
        let lines = try report(SampleResult.json(SampleResult.many(200), critical: critical))
        let drawn = lines.compactMap { $0.firstMatch(of: /^[ *] (step-(\d+)) .*[█▒◆]/).flatMap { Int($0.2) } }
        #expect(drawn.count == 40)
        #expect(drawn == drawn.sorted())
        #expect(Set(drawn).isSuperset(of: [7, 111, 190]))
        // The others are the longest: ten seconds each.
        #expect(drawn.filter { ![7, 111, 190].contains($0) }.allSatisfy { $0 % 10 >= 8 })
        #expect(lines.contains("  and 160 more steps, not drawn"))
    }

    @Test func `That there is nothing to change is said with the reason`() throws {
        let lines = try report(SampleResult.json([("only", 0, 10)], reason: "a single step"))
        #expect(lines.last == "Nothing to change: a single step")
    }

    @Test func `What is no result of an optimization is not shown as one`() {
        #expect(FlowResult(json: ["flow_id": "x", "status": "created"]) == nil)
        #expect(FlowResult(json: .null) == nil)
        #expect(FlowResult(json: ["analytics": ["makespan": -1, "schedule": []]]) == nil)
    }

    @Test func `Bars that make no sense are left out`() throws {
        let result = try #require(
            FlowResult(
                json: [
                    "analytics": [
                        "makespan": 5,
                        "schedule": [
                            ["step": "a", "start": 0, "finish": 5], ["step": "b", "start": 4, "finish": 3],
                            ["step": "c", "start": -1, "finish": 3], ["start": 0, "finish": 3], 7,
                        ],
                    ]
                ]
            )
        )
        #expect(result.schedule == [TimelineBar(step: "a", start: 0, finish: 5)])
    }

    @Test func `Without block characters and colours the picture is the same`() throws {
        let result = try #require(FlowResult(json: SampleResult.json([("a", 0, 5), ("b", 5, 5)], critical: ["a"])))
        let ascii = TimelineReport(result: result, width: 80, style: TextStyle(colour: false, unicode: false)).lines
        #expect(ascii.allSatisfy { $0.allSatisfy(\.isASCII) })
        let coloured = TimelineReport(result: result, width: 80, style: TextStyle(colour: true, unicode: true)).lines
        let plain = TimelineReport(result: result, width: 80, style: .plain).lines
        #expect(coloured.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") } == plain)
    }
}
