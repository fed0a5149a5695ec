import NovaContract
import Testing

@Suite("Members that nobody knows") struct UnknownMemberTests {
    private static let names = ["id", "duration", "dependencies", "time_limit", "resources", "ttl"]

    @Test(arguments: [
        ("dependancies", "dependencies"), ("depends_on", "dependencies"), ("tll", "ttl"), ("timeLimit", "time_limit"),
        ("Duration", "duration"), ("durations", "duration"), ("resorces", "resources"),
    ])
    func theNameThatWasMeantIsSaid(given: String, meant: String) {
        var validator = Validator(.request)
        validator.known(JSONObject([given: 1]), Self.names, at: "/steps/0")
        #expect(validator.details.first?.pointer == JSONPointer("/steps/0/\(given)"))
        #expect(validator.details.first?.message == "is not known; did you mean \"\(meant)\"?")
    }

    @Test func whatIsLikeNothingIsRefusedWithTheNamesThereAre() {
        var validator = Validator(.request)
        validator.known(["filters": 1], ["text", "limit"], at: .root)
        #expect(validator.details.first?.message == "is not known; known are limit, text")
    }

    @Test func membersOfTheClientsOwnAndOfNewerNovasArePassedOver() {
        var request = Validator(.request)
        request.known(["x-note": 1, "id": 2], Self.names, at: .root)
        #expect(request.faultCount == 0)
        var record = Validator(.record)
        record.known(["dependancies": 1], Self.names, at: .root)
        #expect(record.faultCount == 0)
    }

    @Test func objectsThatWereFreeWarnOfAllButNearMisses() {
        var validator = Validator(.request)
        validator.understood(["max_cost": 1, "tll": 2, "colour": 3], Self.names, at: "/constraints")
        #expect(validator.details.map(\.pointer) == ["/constraints/tll"])
        #expect(validator.warnings.map(\.pointer) == ["/constraints/colour", "/constraints/max_cost"])
    }

    @Test func oneAnswerStaysSmallWhateverIsWrong() throws {
        var validator = Validator(.request)
        let name = String(repeating: "\u{1}", count: 5_000_000)
        for index in 0..<10_000 {
            validator.fail(JSONPointer.root.appending(name).appending(index), String(repeating: "\u{2}", count: 10_000))
        }
        let error = try #require(throws: NovaError.self) { try validator.finish() }
        #expect(error.problem(instance: "/", requestID: "r").jsonBytes.count < 65_536)
        #expect(validator.faultCount == 10_000)
    }

    @Test func aPointerIsOnlyTextWhereItIsShown() {
        var pointer = JSONPointer.root.appending(String(repeating: "n", count: 5_000_000))
        // With the name copied at each level this would be half a terabyte.
        for index in 0..<100_000 { _ = pointer.appending(index) }
        for index in 0..<150 { pointer = pointer.appending(index) }
        #expect(pointer.description.utf8.count <= JSONPointer.maximumBytes + "…".utf8.count)
        #expect(JSONPointer("/a").appending("b/c~d").appending(3).description == "/a/b~1c~0d/3")
        #expect("aé".cut(toBytes: 2) == "a…")
    }
}
