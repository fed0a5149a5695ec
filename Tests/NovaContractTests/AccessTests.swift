import NovaContract
import Testing

@Suite struct AccessTests {
    @Test(arguments: [
        ("read", "read", true), ("write", "read", false), ("read", "write", false), ("admin", "read", true),
        ("admin", "write", true), ("flows:write", "flows:write", true), ("flows:write", "memory:write", false),
        ("write", "flows:write", true), ("flows:write", "write", false), ("flows:admin", "flows:read", true),
        ("read", "flows:write", false), ("flows:admin", "admin", false),
    ])
    func whatARightGrants(held: String, needed: String, granted: Bool) throws {
        #expect(try #require(Permission(held)).grants(#require(Permission(needed))) == granted)
    }

    @Test(arguments: ["", "root", "flows", "flows:", ":read", "moon:read", "flows:read:x", "READ"])
    func otherTextIsNoRight(text: String) {
        #expect(Permission(text) == nil)
    }

    private func key(domains: [String], expiresAt: Int64? = nil) -> APIKey {
        APIKey(
            id: "k",
            hash: String(repeating: "a", count: 64),
            name: "n",
            owner: "o",
            permissions: [Permission(.read), Permission(.write, area: "memory")],
            domains: domains,
            defaultDomain: "professional",
            limit: 10,
            window: 60,
            expiresAt: expiresAt,
            createdAt: 5
        )
    }

    @Test func domainsAreThoseListed() {
        #expect(key(domains: ["*"]).mayTouch(domain: "personal"))
        #expect(key(domains: ["personal"]).mayTouch(domain: "personal"))
        #expect(!key(domains: ["personal"]).mayTouch(domain: "professional"))
        #expect(!key(domains: []).mayTouch(domain: "professional"))
    }

    @Test func expiryIsTheFirstMomentItIsNoGood() {
        #expect(!key(domains: [], expiresAt: 100).isExpired(at: 99))
        #expect(key(domains: [], expiresAt: 100).isExpired(at: 100))
        #expect(!key(domains: []).isExpired(at: .max))
    }

    @Test func aRecordComesBackFromItsJSON() {
        let key = key(domains: ["a", "b"], expiresAt: 9)
        #expect(APIKey(json: key.json) == key)
        guard var members = key.json.objectValue else { return }
        members["hash"] = nil
        #expect(APIKey(json: .object(members)) == nil)
    }
}

@Suite struct ErrorTests {
    @Test func everyCodeHasItsStatus() {
        let statuses: [ErrorCode: Int] = [
            .validationError: 400, .authenticationError: 401, .permissionDenied: 403, .resourceNotFound: 404,
            .methodNotAllowed: 405, .conflict: 409, .payloadTooLarge: 413, .unsupportedMediaType: 415,
            .idempotencyKeyReused: 422, .infeasible: 422, .rateLimitExceeded: 429, .serviceError: 500,
            .serviceUnavailable: 503, .limitReached: 409, .preconditionFailed: 412, .headersTooLarge: 431,
            .notImplemented: 501,
        ]
        #expect(statuses.count == ErrorCode.allCases.count)
        for code in ErrorCode.allCases { #expect(code.status == statuses[code]) }
    }

    @Test func theBodyHasBothForms() {
        let error = NovaError(.validationError, "wrong", details: [.init("/a/0", "must be b")])
        let problem = error.problem(instance: "/api/x", requestID: "r")
        #expect(problem["type"] == "/problems/validation-error")
        #expect(problem["status"] == 400)
        #expect(problem["detail"] == "wrong")
        #expect(problem["instance"] == "/api/x")
        #expect(problem["error"]?["code"] == "VALIDATION_ERROR")
        #expect(problem["error"]?["message"] == "wrong")
        #expect(problem["error"]?["request_id"] == "r")
        #expect(problem["error"]?["details"] == [["pointer": "/a/0", "message": "must be b"]])
    }

    @Test func anErrorComesBackFromItsJSON() {
        let error = NovaError(.infeasible, "no", details: [.init("/x", "y")])
        #expect(NovaError(json: error.json) == error)
        #expect(NovaError(json: ["code": "FROM_THE_FUTURE"]).code == .serviceError)
    }
}

@Suite struct EventTests {
    @Test func aPublishedEventIsRead() throws {
        let text = ["5-7", "job.completed", "d", "job:1\nflow:é", #"{"a":1}"#].joined(separator: "\u{1F}")
        let event = try #require(Event(published: text))
        #expect(event.id.milliseconds == 5 && event.id.sequence == 7)
        #expect(event.channels == ["job:1", "flow:é"])
        #expect(
            event.frame(channel: "flow:é")
                == #"{"type":"event","id":"5-7","channel":"flow:é","event":"job.completed","data":{"a":1}}"#
        )
    }

    @Test(arguments: ["", "5-7", "x\u{1F}a\u{1F}b\u{1F}c\u{1F}{}", "5-7\u{1F}a\u{1F}b\u{1F}c"])
    func otherTextIsNoEvent(text: String) {
        #expect(Event(published: text) == nil)
    }

    @Test func idsAreOrderedByTimeThenSequence() throws {
        let ids = try ["1-1", "1-2", "2-3", "10-4"].map { try #require(EventID($0)) }
        #expect(ids == ids.sorted())
        #expect(ids[0].isFollowed(by: ids[1]))
        #expect(!ids[0].isFollowed(by: ids[2]))
    }

    @Test(arguments: ["jobs", "job:1", "flow:a b", "agent:x", "analytics:flows", "analytics:flows:nightly"])
    func channelsOfTheContract(name: String) {
        #expect(Channel.fault(name) == nil)
    }

    @Test(arguments: ["", "job:", "moon:1", "analytics:moons", "flow:\n", "JOBS"])
    func otherNamesAreNoChannels(name: String) {
        #expect(Channel.fault(name) != nil)
    }
}
