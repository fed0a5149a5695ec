import FlowPool
import NovaContract
import NovaPools
import Testing

@Suite struct CommandTests {
    private let command = Command(
        jobID: UUIDv7.make(),
        kind: .optimizeFlow,
        entityID: "nightly run/é",
        owner: "team",
        domain: "professional",
        keyID: "k1",
        requestID: "r1",
        createdAt: 1_764_000_000_123,
        replyTo: "nova:replies:g1",
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        payload: Array("{}".utf8)
    )

    private func headers(without name: String = "", with more: [String: String] = [:]) -> [String: String] {
        var headers = Dictionary(uniqueKeysWithValues: command.headers.map { ($0.name, $0.value) })
        headers[name] = nil
        return headers.merging(more) { $1 }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        #expect(try Command(headers: headers(), payload: command.payload, catalog: NovaPools.catalog) == command)
    }

    @Test func theHeadersFollowTheCloudEventsBinding() {
        let headers = headers()
        #expect(headers["ce_specversion"] == "1.0")
        #expect(headers["ce_id"] == command.jobID)
        #expect(headers["ce_type"] == "nova.flow.optimize.v1")
        #expect(headers["ce_subject"] == "nightly run/é")
        #expect(headers["ce_time"] == "2025-11-24T16:00:00.123Z")
        #expect(headers["content-type"] == "application/json")
    }

    @Test(arguments: ["ce_id", "ce_type", "ce_subject", "ce_time", "ce_novaowner", "ce_novadomain"])
    func aRecordWithoutWhatItNeedsIsNoCommand(name: String) {
        #expect(throws: CommandDecodingError.self) {
            try Command(headers: headers(without: name), payload: [], catalog: NovaPools.catalog)
        }
    }

    @Test(arguments: ["nova.flow.optimize.v2", "nova.unknown.v1", "flow.optimize", "nova..v1"])
    func unknownTypesAreNoCommands(type: String) {
        #expect(throws: CommandDecodingError.self) {
            try Command(headers: headers(with: ["ce_type": type]), payload: [], catalog: NovaPools.catalog)
        }
    }

    @Test func orderIsKeptPerEntityOfADomain() {
        #expect(command.orderingKey == "flow:team:professional:nightly run/é")
        #expect(command.entityChannel == "flow:nightly run/é")
    }

    @Test(arguments: NovaPools.catalog.kinds)
    func noTwoOwnersOrDomainsShareALane(kind: CommandKind) {
        let places = [
            ("a:b", "c", "d"), ("a", "b:c", "d"), ("a", "b", "c:d"), ("a%3Ab", "c", "d"), ("a", "b", "d"),
            ("b", "a", "d"),
            // A letter that a colon would be one character with.
            ("a:\u{301}b", "c", "d"), ("a", "\u{301}b:c", "d"),
        ]
        let keys = places.map { Command.orderingKey(kind, $2, owner: $0, domain: $1) }
        #expect(Set(keys.map { Array($0.utf8) }).count == places.count)
        #expect(keys.allSatisfy { $0.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 3 })
    }

    @Test(arguments: ["", "a", "a:b", "%3A", "%", "%%25{}", "}\u{301}", "ü:é"])
    func aNamesPartComesBackAsItWas(text: String) {
        let escaped = NamePart.escaped(text)
        #expect(!escaped.utf8.contains { ":{}".utf8.contains($0) })
        #expect(Array(NamePart.unescaped(escaped).utf8) == Array(text.utf8))
    }
}

@Suite struct IdentityTests {
    @Test func idsAreUniqueValidAndSortByTime() {
        let ids = (0..<1_000).map { _ in UUIDv7.make() }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { UUIDv7.isValid($0) })
        #expect(ids.map { $0.prefix(13) } == ids.map { $0.prefix(13) }.sorted())
        #expect(ids.allSatisfy { Array($0)[14] == "7" && "89ab".contains(Array($0)[19]) })
    }

    @Test(arguments: ["", "0", "019ab-", "019ABCDE-0000-7000-8000-000000000000", "019abcde000007000080000000000000000"])
    func otherTextIsNoID(text: String) {
        #expect(!UUIDv7.isValid(text))
    }

    @Test func timesAreRFC3339InUTC() {
        #expect(Timestamp.string(milliseconds: 0) == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp.date("2026-11-24T10:00:00Z") == Timestamp.date("2026-11-24T12:00:00.000+02:00"))
        #expect(Timestamp.date("yesterday") == nil)
    }

    @Test func everyMillisecondComesBack() {
        var numbers = Numbers(state: 1)
        for _ in 0..<10_000 {
            let milliseconds = Int64.random(in: 0...4_000_000_000_000, using: &numbers)
            let text = Timestamp.string(milliseconds: milliseconds)
            #expect(Timestamp.date(text).map { Timestamp.milliseconds($0) } == milliseconds)
        }
    }

    @Test func namesInRedisNeverMeet() {
        let keys = RedisKeys(prefix: "p")
        #expect(keys.flow("b:c", owner: "o", domain: "a") != keys.flow("c", owner: "o", domain: "a:b"))
        #expect(keys.flow("f", owner: "a:b", domain: "c") != keys.flow("f", owner: "a", domain: "b:c"))
        #expect(keys.flow("b}x{", owner: "o", domain: "a").filter { $0 == "{" }.count == 1)
        for owner in ["o}\u{301}", "o{\u{301}", "o:\u{301}"] {
            let bytes = keys.flow("f", owner: owner, domain: "d").utf8
            #expect(bytes.count(where: { "{}".utf8.contains($0) }) == 2)
            #expect(bytes.count(where: { $0 == UInt8(ascii: ":") }) == 6)
        }
        #expect(keys.job("1", owner: "o") == "p:{owner:o}:job:1")
    }
}
