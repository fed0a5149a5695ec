import HTTPTypes
import HummingbirdCore
import NIOCore
import NovaContract
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Entity tags")
struct EntityTagTests {
    private func condition(_ match: String? = nil, none: String? = nil) throws(NovaError) -> VersionCondition? {
        var headers = HTTPFields()
        headers[.ifMatch] = match
        headers[.ifNoneMatch] = none
        return try EntityTags.condition(headers)
    }

    @Test("one tag, lists, any, and a version without quotes")
    func taken() throws {
        #expect(try condition() == nil)
        #expect(try condition("*") == .exists)
        #expect(try condition(#""7""#) == .isOneOf([7]))
        #expect(try condition("7") == .isOneOf([7]))
        #expect(try condition(#" "1" , "2","3", "#) == .isOneOf([1, 2, 3]))
        #expect(try condition(none: "*") == .isAbsent)
        #expect(try condition(none: #"W/"4", "5""#) == .isNoneOf([4, 5]))
    }

    @Test("weak tags and tags of others never match strongly")
    func strong() throws {
        #expect(try condition(#"W/"7""#) == .isOneOf([]))
        #expect(try condition(#""a,b", "7", "-1", "07", "99999999999999999999""#) == .isOneOf([7]))
    }

    @Test(
        "what is no list of tags is refused",
        arguments: ["", " ", ",", "\"7", "7\"", "w/\"7\"", "\"1\" \"2\"", "1;2", "*, \"1\"", "-1"]
    )
    func refused(field: String) {
        #expect(throws: NovaError.self) { try condition(field) }
        #expect(throws: NovaError.self) { try condition(none: field) }
    }

    @Test("more tags than any client needs")
    func bounded() {
        let many = (1...51).map { "\"\($0)\"" }.joined(separator: ",")
        #expect(throws: NovaError.self) { try condition(many) }
    }

    @Test("of both fields at once both must hold")
    func both() throws {
        #expect(try condition("\"1\", \"2\"", none: "\"2\"") == .isOneOf([1]))
        #expect(try condition("\"1\"", none: "\"1\"") == .isOneOf([]))
        #expect(try condition("*", none: "\"2\", W/\"3\"") == .isOtherThan([2, 3]))
        #expect(try condition("*", none: "*") == .isOneOf([]))
        #expect(try condition("\"1\"", none: "*") == .isOneOf([]))
        #expect(throws: NovaError.self) { try condition("\"1\"", none: "x") }
    }

    private func entity(_ headers: HTTPFields, version: Int = 3) throws -> Answer {
        let request = RequestFacts.with(headers)
        return try .entity("the task t", ["a": 1], version: version, Call.sample(request))
    }

    @Test("an entity comes with its tag, or not at all where the client has it")
    func entities() throws {
        #expect(try entity([:]).headers[.eTag] == "\"3\"")
        for field in [#""3""#, #"W/"3""#, #""1", "3""#, "*"] {
            let answer = try entity([.ifNoneMatch: field])
            #expect(answer.status == .notModified)
            #expect(answer.headers[.eTag] == "\"3\"")
            #expect(answer.body.readableBytes == 0)
            #expect(answer.response(isHead: false).headers[.contentLength] == nil)
        }
        #expect(try entity([.ifNoneMatch: #""2""#]).status == .ok)
        #expect(try entity([.ifMatch: #""3""#]).status == .ok)
        #expect(throws: NovaError.self) { try entity([.ifMatch: #""2""#]) }
    }
}
