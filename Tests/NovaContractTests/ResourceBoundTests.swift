import Allocation
import Testing

@testable import NovaContract

/// What a resource and a request for resources may have all together, whatever the bounds of their parts allow.
@Suite struct ResourceBoundTests {
    private static func name(_ index: Int) -> String { String(repeating: "x", count: 190) + "\(index)" }

    private static func fault(_ body: () throws(NovaError) -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return error.message
        }
    }

    @Test func aResourceHasABoundInBytes() throws {
        func body(_ count: Int) -> JSONValue {
            let weights = JSONObject((0..<count).map { (Self.name($0), JSONValue(2)) })
            return ["capacity": 1, "weights": .object(weights)]
        }
        _ = try ResourceDefinition(id: "p", body: body(300), source: .request)
        // A worker that merges patches holds to it, too.
        for source in [Validator.Source.request, .record] {
            let fault = Self.fault { () throws(NovaError) in
                _ = try ResourceDefinition(id: "p", body: body(400), source: source)
            }
            #expect(fault?.contains("at most 65536 bytes") == true, "\(fault ?? "not refused")")
        }
    }

    @Test func aRequestHasABoundInBytesAndInChoices() throws {
        func body(_ wants: Int, _ choices: Int, _ name: (Int) -> String) -> JSONValue {
            var resources = JSONObject()
            for want in 0..<wants {
                let ids = (0..<choices).map { name(want * choices + $0) }
                resources["w\(want)"] = ["requested": 1, "any_of": JSONValue(ids)]
            }
            return ["resources": .object(resources)]
        }
        func fault(_ body: JSONValue) -> String? {
            Self.fault { () throws(NovaError) in _ = try AllocateRequest(body: body, ttl: 1, source: .request) }
        }
        #expect(fault(body(100, 10) { "p\($0)" }) == nil)
        #expect(fault(body(100, 11) { "p\($0)" })?.contains("at most 1000 ids in any_of") == true)
        #expect(fault(body(10, 10, Self.name)) == nil)
        #expect(fault(body(20, 10, Self.name))?.contains("at most 32768 bytes") == true)
        // What an older gateway let through is carried out.
        _ = try AllocateRequest(body: body(100, 11) { "p\($0)" }, ttl: 1)
    }
}
