import Allocation
import NovaContract
import Testing

/// Amounts of resources.
@Suite struct AmountTests {
    @Test func numbersAndSizesAreUnderstood() {
        let known: [(JSONValue, Int64)] = [
            (1, 1_000), (0, 0), (.number(0.25), 250), ("250m", 250), ("4G", 4_000_000_000_000), ("1Ki", 1_024_000),
            ("1.5k", 1_500_000), ("2", 2_000), (.number(0.1), 100),
        ]
        for (value, milli) in known { #expect(Amount(value)?.milli == milli, "\(value)") }
        for value in [-1, .number(0.0001), "x", "4X", "", "1 G", .null, true, "10P", "1e3x"] as [JSONValue] {
            #expect(Amount(value) == nil, "\(value)")
        }
        #expect(Amount(milli: 1_500).json == .number(1.5))
        #expect(Amount(milli: 2_000).json == .integer(2))
    }

    @Test func requestsAreRead() throws {
        let body: JSONValue = [
            "resources": ["gpu": ["requested": 2, "min": 1], "cpu": ["capacity": 100], "mem": "4G"],
            "priority": 3,
            "constraints": ["wait": 5, "ttl": 60, "preemptible": true, "affinity": ["a"], "max_cost": 10],
        ]
        let request = try AllocateRequest(body: body, ttl: 10)
        #expect(request.wants["gpu"] == .init(minimum: Amount(whole: 1), maximum: Amount(whole: 2)))
        #expect(request.wants["cpu"]?.tellsCapacity == true)
        #expect(request.wants["mem"]?.maximum == Amount(whole: 4_000_000_000))
        #expect(request.ttl == 60 && request.wait == 5 && request.isPreemptible && request.priority == 3)
        var kept = AllocateRequest(kept: request.json)
        kept.wants["cpu"] = request.wants["cpu"]
        #expect(kept == request)
        let wrong: [(JSONValue, String)] = [
            ([:], "/resources"), (["resources": [:]], "/resources"),
            (["resources": ["a": [:]]], "/resources/a/requested"),
            (["resources": ["a": ["requested": -1]]], "/resources/a/requested"),
            (["resources": ["a": ["min": 3, "max": 2]]], "/resources/a/min"),
            (["resources": ["a": 0]], "/resources/a"), (["resources": ["a": 1], "priority": 6], "/priority"),
            (["resources": ["a": 1], "constraints": ["ttl": 0]], "/constraints/ttl"),
        ]
        for (body, place) in wrong {
            let error = #expect(throws: NovaError.self) { try AllocateRequest(body: body, ttl: 10) }
            #expect(error?.details.map(\.pointer.description) == [place], "\(body.jsonString)")
        }
    }

    @Test func poolsAreReadAndToldAlike() throws {
        let body: JSONValue = [
            "capacity": "10k", "unit": "requests", "divisible": false, "group": "g", "cost": 2, "borrowing": false,
            "weights": ["a": 2], "quotas": ["a": 5],
        ]
        let pool = try ResourceDefinition(id: "p", body: body)
        #expect(pool.capacity == Amount(whole: 10_000))
        #expect(ResourceDefinition(id: "p", kept: .object(pool.json)) == pool)
        for (body, place) in [
            ([:], "/capacity"), (["capacity": 1, "quotas": ["a": 2]], "/quotas"),
            (["capacity": .number(1.5), "divisible": false], "/capacity"),
            (["capacity": 1, "weights": ["a": 0]], "/weights/a"),
        ] as [(JSONValue, String)] {
            let error = #expect(throws: NovaError.self) { try ResourceDefinition(id: "p", body: body) }
            #expect(error?.details.first?.pointer.description == place, "\(body.jsonString)")
        }
    }
}
