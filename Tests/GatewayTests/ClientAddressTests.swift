import HTTPTypes
import NIOCore
import NovaContract
import NovaProcess
import Testing

@testable import Gateway

@Suite("Client addresses")
struct ClientAddressTests {
    private func peer(_ text: String) throws -> SocketAddress { try SocketAddress(ipAddress: text, port: 1) }

    private func address(_ text: String) throws -> ClientAddress { ClientAddress(try #require(IPAddress(text))) }

    @Test("a /64 is one client, an IPv4 address is one in both forms")
    func counted() throws {
        #expect(try address("2001:db8::1") == address("2001:db8::ffff:1"))
        #expect(try address("2001:db8::1") != address("2001:db8:0:1::1"))
        #expect(try address("192.0.2.1") == address("::ffff:192.0.2.1"))
        #expect(try address("192.0.2.1") != address("192.0.2.2"))
        #expect(try address("::1") != address("0.0.0.1"))
    }

    @Test(
        "what is no address, and no network",
        arguments: ["", "a", "1.2.3", "1.2.3.4/33", "::1/129", "1.2.3.4/-1", "/8"]
    )
    func wrong(text: String) {
        #expect(IPNetwork(text) == nil)
        #expect(IPAddress(text) == nil)
    }

    @Test("networks")
    func networks() throws {
        func holds(_ network: String, _ address: String) throws -> Bool {
            try #require(IPNetwork(network)).contains(try #require(IPAddress(address)))
        }
        #expect(try holds("10.0.0.0/8", "10.255.0.1"))
        #expect(try !holds("10.0.0.0/8", "11.0.0.1"))
        #expect(try holds("10.1.2.3", "10.1.2.3"))
        #expect(try !holds("10.1.2.3", "10.1.2.4"))
        #expect(try holds("0.0.0.0/0", "8.8.8.8"))
        #expect(try !holds("0.0.0.0/0", "2001:db8::1"))
        #expect(try holds("2001:db8::/33", "2001:db8:7fff::1"))
        #expect(try !holds("2001:db8::/33", "2001:db8:8000::1"))
        #expect(try holds("2001:db8::/96", "2001:db8::1:2"))
        #expect(try holds("::/0", "2001:db8::1"))
    }

    @Test("only what trusted proxies wrote is believed")
    func forwarded() throws {
        let networks = try ["10.0.0.0/8", "2001:db8:aaaa::/48"].map { try #require(IPNetwork($0)) }
        let proxies = TrustedProxies(networks: networks, field: .xForwardedFor)
        func client(_ from: String, _ fields: [String], _ proxies: TrustedProxies) throws -> ClientAddress {
            var headers = HTTPFields()
            for field in fields { headers.append(HTTPField(name: .forwardedFor, value: field)) }
            for field in fields { headers.append(HTTPField(name: .forwarded, value: field)) }
            return proxies.client(peer: try peer(from), headers: headers)
        }
        let cases: [(String, [String], String)] = [
            ("192.0.2.1", ["198.51.100.1"], "192.0.2.1"), ("10.0.0.1", [], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["203.0.113.9", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"), ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"), ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ]
        for (from, fields, expected) in cases {
            #expect(try client(from, fields, proxies) == address(expected), "\(from) \(fields)")
            #expect(try client(from, fields, .none) == address(from))
        }
        let standard = TrustedProxies(networks: networks, field: .forwarded)
        let standardCases: [(String, String)] = [
            ("for=198.51.100.1", "198.51.100.1"), ("proto=https;For=\"[2001:db8::17]:4711\"", "2001:db8::17"),
            ("for=203.0.113.9, for=198.51.100.1;by=10.0.0.1", "198.51.100.1"), ("by=10.0.0.1", "10.0.0.1"),
            ("198.51.100.1", "10.0.0.1"), ("for=unknown", "10.0.0.1"),
        ]
        for (field, expected) in standardCases {
            #expect(try client("10.0.0.1", [field], standard) == address(expected), "\(field)")
        }
    }

    @Test("the client cannot choose its address by a long field")
    func longField() throws {
        let proxies = TrustedProxies(networks: [try #require(IPNetwork("10.0.0.0/8"))], field: .xForwardedFor)
        let field = "203.0.113.9, " + Array(repeating: "10.0.0.2", count: 1_000).joined(separator: ", ")
        let client = proxies.client(peer: try peer("10.0.0.1"), headers: [.forwardedFor: field])
        #expect(try client == address("10.0.0.2"))
    }
}

@Suite("Failed keys")
struct FailedKeysTests {
    private func address(_ text: String) throws -> ClientAddress { ClientAddress(try #require(IPAddress(text))) }

    @Test("an address has its wrong keys, and gets them back evenly")
    func stock() throws {
        let failed = FailedKeys(limit: 10, window: .seconds(60))
        let (address, other) = (try address("192.0.2.1"), try address("192.0.2.2"))
        let now = ContinuousClock.now
        for _ in 0..<10 {
            try failed.check(address, at: now)
            failed.failed(address, at: now)
        }
        do {
            try failed.check(address, at: now)
            Issue.record("must be refused")
        } catch {
            #expect(error.code == .rateLimitExceeded)
            #expect(error.retryAfter == 6)
            #expect(error.details.first?.pointer.description == "/http.maximum_failed_keys_per_address")
        }
        try failed.check(other, at: now)
        try failed.check(address, at: now + .seconds(7))
        // None that is sent while none is left costs more than there is.
        for _ in 0..<1_000 { failed.failed(address, at: now + .seconds(7)) }
        try failed.check(address, at: now + .seconds(14))
    }

    @Test("as many addresses are remembered as there is room for")
    func bounded() throws {
        let failed = FailedKeys(limit: 1, window: .seconds(60), capacity: 100)
        for number in 0..<10_000 { failed.failed(try address("10.0.\(number / 256).\(number % 256)")) }
        #expect(failed.addressCount <= 100)
        #expect(throws: (any Error).self) { try failed.check(address("10.0.39.15")) }
        try failed.check(address("10.0.0.0"))
    }

    @Test("a table forgets what was not used for longest")
    func recent() {
        var table = RecentTable<Int, Int>(capacity: 10)
        for key in 0..<100 {
            table.put(key, for: key)
            #expect(table.find(0) == 0)
            #expect(table.count <= 10)
        }
        #expect(table.find(99) == 99)
        #expect(table.find(50) == nil)
        table.remove(0)
        #expect(table.find(0) == nil)
    }
}
