import Memory
import NovaContract
import Testing

@testable import Gateway
@testable import MemoryPool
@testable import NovaAPI

@Suite("Query parameters")
struct QueryParameterTests {
    private static let parameters = [
        QueryParameter.domain, .limit, .cursor, QueryParameter("status", .choice(["queued", "running"])),
        QueryParameter("tags", .text(10), most: 3), QueryParameter("share", .number(0...1)),
        QueryParameter("flow_id", .id, mayBeEmpty: true),
    ]

    private func faults(_ query: String) -> [NovaError.Detail] {
        do {
            try QueryItems(query).check(Self.parameters)
            return []
        } catch { return error.details }
    }

    @Test(
        "what is declared is taken",
        arguments: [
            "", "&&", "domain=a&limit=200&cursor=1_x", "status=queued", "tags=a&tags=b&tags=c,d", "share=0.5",
            "x-trace=1&x-trace=2", "flow_id=", "limit=007",
        ]
    )
    func taken(query: String) { #expect(faults(query).isEmpty) }

    @Test(
        "what is not known is refused, with what was meant",
        arguments: [
            ("LIMIT=1", "/LIMIT", "limit"), ("tag=x", "/tag", "tags"), ("domian=a", "/domian", "domain"),
            ("Cursor=1", "/Cursor", "cursor"),
        ]
    )
    func unknown(query: String, pointer: String, meant: String) {
        let details = faults(query)
        #expect(details.map(\.pointer.description) == [pointer])
        #expect(details.first?.message.contains("did you mean \"\(meant)\"") == true, "\(details)")
    }

    @Test(
        "each value is held to its bounds",
        arguments: [
            "limit=0", "limit=201", "limit=-1", "limit=+5", "limit=%2B5", "limit=1e1", "limit=5.0", "limit=٣", "limit=",
            "limit=99999999999999999999", "status=done", "status=Queued", "share=1.1", "share=nan", "share=inf",
            "share=0x1p-1", "share=", "domain=", "domain=%00", "domain=..", "tags=", "tags=elevenbytes",
            "cursor=" + String(repeating: "1", count: 300),
        ]
    )
    func bounds(query: String) { #expect(faults(query).count == 1, "\(query): \(faults(query))") }

    @Test("what is single is refused twice, and a list past its bound; all faults are named together")
    func repeated() {
        #expect(faults("limit=1&limit=1").first?.message == "must be given once, not 2 times")
        #expect(faults("tags=a&tags=b&tags=c&tags=d").count == 1)
        #expect(faults("limit=0&status=x&nope=1&domain=").count == 4)
    }

    @Test(
        "what is no percent-encoded UTF-8 is refused, not taken as it stands",
        arguments: ["domain=%zz", "a%=1", "domain=%FF"]
    )
    func malformed(query: String) { #expect(!faults(query).isEmpty) }

    @Test("the blank that a + has become in a time's offset is a + again")
    func times() {
        #expect(QueryItems("from=2026-01-31T12:00:00+01:00").time("from") == "2026-01-31T12:00:00+01:00")
        #expect(QueryItems("from=2026-01-31T12:00:00%2B01:00").time("from") == "2026-01-31T12:00:00+01:00")
        #expect(QueryItems("from=2026-01-31T12:00:00Z").time("from") == "2026-01-31T12:00:00Z")
        #expect(QueryItems("from=2026-01-31 12:00:00Z").time("from") == "2026-01-31 12:00:00Z")
        #expect(QueryItems("from=-6h").time("from") == "-6h")
    }

    @Test("the next page's query keeps every filter, and reads back as it was")
    func next() {
        let query = QueryItems("tags=a%2Cb&tags=%26&cursor=old&text=%C3%A4+b")
        let next = QueryItems(query.text(replacing: "cursor", with: "7_x/y"))
        #expect(next.values("tags") == ["a,b", "&"])
        #expect(next["text"] == "ä b")
        #expect(next.values("cursor") == ["7_x/y"])
    }

    private func record(_ tags: [String]) -> MemoryRecord {
        var definition = MemoryDefinition(content: ["a": 1])
        definition.tags = tags
        return MemoryRecord(
            id: "m",
            definition: definition,
            domain: "d",
            version: 1,
            sequence: 1,
            createdAt: 0,
            updatedAt: 0,
            expiresAt: nil
        )
    }

    @Test("tags add up; one with a comma is found; older clients' lists are lists")
    func tags() throws {
        func found(_ query: String, _ tags: [String]) throws -> Bool {
            let record = record(tags)
            return try MemoryRoutes.filters(QueryItems(query)).contains { $0.accepts(record) }
        }
        #expect(try found("tags=x", ["x", "y"]))
        #expect(try found("tags=x&tags=y", ["x", "y"]))
        #expect(try !found("tags=x&tags=nope", ["x", "y"]))
        #expect(try !found("tags=nope&tags=x", ["x", "y"]))
        #expect(try found("tags=x,y", ["x", "y"]))
        #expect(try found("tags=x,y", ["x,y"]))
        #expect(try found("tags=x%2Cy", ["x,y"]))
        #expect(try !found("tags=x,y", ["x"]))
        #expect(try found("tags=x,y&tags=z", ["x,y", "z"]))
        #expect(try !found("tags=x,y&tags=z", ["x", "y", "z"]))
        #expect(try found("tags=,", [","]))
        #expect(try !found("tags=,", ["x"]))
    }
}
