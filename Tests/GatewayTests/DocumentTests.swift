import HTTPTypes
import NovaContract
import Testing

@testable import Gateway

@Suite("API documents")
struct DocumentTests {
    private func served() throws -> Set<String> {
        let routes = try SampleGateway.make().routes
        return Set(routes.map { "\($0.method.rawValue) \($0.path)" })
    }

    @Test("OpenAPI describes exactly what is served")
    func openAPI() throws {
        let document = try JSONValue(parsing: PackageResources.openapi_json)
        #expect(document["openapi"] == "3.1.0")
        var described: Set<String> = []
        for (path, operations) in try #require(document["paths"]?.objectValue) {
            for (method, operation) in try #require(operations.objectValue) {
                described.insert("\(method.uppercased()) \(path)")
                #expect(operation["operationId"]?.stringValue != nil, "\(method) \(path)")
                let ways = try #require(operation["security"]?.arrayValue, "\(method) \(path)")
                let isPublic = ways.isEmpty || ways.contains(.object([:]))
                let needsKey = path.hasPrefix("/api") || path == "/metrics"
                #expect(isPublic != needsKey, "\(method) \(path)")
            }
        }
        #expect(described == (try served()))
    }

    @Test("every reference of a document leads somewhere", arguments: ["openapi", "asyncapi"])
    func references(name: String) throws {
        let bytes = name == "openapi" ? PackageResources.openapi_json : PackageResources.asyncapi_json
        let document = try JSONValue(parsing: bytes)
        var dangling: [String] = []
        visit(document) { reference in
            let parts = reference.dropFirst(2).split(separator: "/").map { String($0).replacing("~1", with: "/") }
            if parts.reduce(Optional(document), { $0?[$1] }) == nil { dangling.append(reference) }
        }
        #expect(dangling.isEmpty)
    }

    private func visit(_ value: JSONValue, _ onReference: (String) -> Void) {
        switch value {
        case .object(let members):
            if let reference = members["$ref"]?.stringValue { onReference(reference) }
            for member in members.values { visit(member, onReference) }
        case .array(let elements):
            for element in elements { visit(element, onReference) }
        default:
            break
        }
    }

    @Test("the flows that OpenAPI shows are taken")
    func flows() throws {
        let document = try JSONValue(parsing: PackageResources.openapi_json)
        func example(_ method: String, _ path: String) throws -> JSONValue {
            let body = document["paths"]?["/api/orchestration/flows/{flow_id}" + path]?[method]?["requestBody"]
            return try #require(body?["content"]?["application/json"]?["example"])
        }
        _ = try OptimizeFlow(flowID: "f", body: try example("post", "/optimize"))
        _ = try StoreFlow(flowID: "f", body: try example("put", ""))
    }

    @Test("OpenAPI names every error code of the contract")
    func codes() throws {
        let document = try JSONValue(parsing: PackageResources.openapi_json)
        let error = document["components"]?["schemas"]?["Problem"]?["properties"]?["error"]
        let codes = error?["properties"]?["code"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
        #expect(Set(codes ?? []) == Set(ErrorCode.allCases.map(\.rawValue)))
    }

    @Test("AsyncAPI has a channel for each WebSocket path that is served")
    func asyncAPI() throws {
        let document = try JSONValue(parsing: PackageResources.asyncapi_json)
        #expect(document["asyncapi"] == "3.0.0")
        let addresses = document["channels"]?.objectValue?.values.compactMap { $0["address"]?.stringValue } ?? []
        #expect(Set(addresses.map { "GET \($0)" }) == (try served()).filter { $0.hasSuffix("/ws") })
    }
}
