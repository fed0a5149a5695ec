import FlowPool
import Foundation
import HTTPTypes
import NovaContract
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("API documents")
struct DocumentTests {
    private func served() throws -> Set<String> {
        let routes = try SampleGateway.make().routes
        return Set(routes.map { "\($0.method.rawValue) \($0.path)" })
    }

    @Test("OpenAPI describes exactly what is served")
    func openAPI() throws {
        let document = try SampleGateway.openAPI()
        #expect(document["openapi"] == "3.1.0")
        var described: Set<String> = []
        for (path, operations) in try #require(document["paths"]?.objectValue) {
            for (method, operation) in try #require(operations.objectValue) {
                described.insert("\(method.uppercased()) \(path)")
                #expect(operation["operationId"]?.stringValue != nil, "\(method) \(path)")
                let security = operation["security"] ?? document["security"]
                let ways = try #require(security?.arrayValue, "\(method) \(path)")
                let isPublic = ways.isEmpty || ways.contains(.object([:]))
                let needsKey = path.hasPrefix("/api") || path == "/metrics"
                #expect(isPublic != needsKey, "\(method) \(path)")
            }
        }
        #expect(described == (try served()))
    }

    @Test("the API document is the one that docs/openapi.json shows")
    func golden() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/openapi.json")
        let document = try SampleGateway.openAPI()
        if ProcessInfo.processInfo.environment["NOVA_GOLDEN"] == "write" {
            let value = try JSONSerialization.jsonObject(with: Data(document.jsonBytes))
            let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (JSONSerialization.data(withJSONObject: value, options: options) + Data("\n".utf8)).write(to: file)
        }
        let shown = try JSONValue(parsing: try Data(contentsOf: file).map(\.self))
        #expect(shown == document, "it differs: run make documents, and look at what has changed")
    }

    @Test("every reference of a document leads somewhere", arguments: ["openapi", "asyncapi"])
    func references(name: String) throws {
        let document =
            name == "openapi" ? try SampleGateway.openAPI() : try JSONValue(parsing: Documents.asyncAPI)
        var dangling: [String] = []
        visit(document) { reference in
            let parts = reference.dropFirst(2).split(separator: "/").map { String($0).replacing("~1", with: "/") }
            if parts.reduce(Optional(document), { $0?[$1] }) == nil { dangling.append(reference) }
        }
        #expect(dangling.isEmpty)
    }

    /// A parameter or a header as it stands, whether it is written there or referred to.
    private func resolved(_ value: JSONValue, _ document: JSONValue) -> JSONValue {
        guard let reference = value["$ref"]?.stringValue else { return value }
        return reference.dropFirst(2).split(separator: "/").reduce(document) { $0[String($1)] ?? .null }
    }

    @Test("the parameters of every query are those that are taken, with their bounds")
    func queries() throws {
        let document = try SampleGateway.openAPI()
        for route in try SampleGateway.make().routes {
            let operation = document["paths"]?[route.path]?[route.method.rawValue.lowercased()]
            var described: [String: JSONValue] = [:]
            for parameter in operation?["parameters"]?.arrayValue ?? [] {
                let parameter = resolved(parameter, document)
                guard parameter["in"] == "query", let name = parameter["name"]?.stringValue else { continue }
                #expect(described.updateValue(parameter["schema"] ?? .null, forKey: name) == nil)
            }
            // A ticket is a key: it stands among the security schemes.
            for scheme in operation?["security"]?.arrayValue ?? [] {
                for name in scheme.objectValue?.keys ?? [] {
                    let scheme = document["components"]?["securitySchemes"]?[name]
                    if scheme?["in"] == "query" { described[scheme?["name"]?.stringValue ?? ""] = .null }
                }
            }
            for parameter in route.query {
                let schema = described.removeValue(forKey: parameter.name)
                guard schema != .null else { continue }
                #expect(schema == parameter.schema, "\(route.method) \(route.path): \(parameter.name)")
            }
            #expect(described.isEmpty, "\(route.method) \(route.path) takes no \(described.keys)")
        }
    }

    @Test("every list leads to its next page, and every entity has its tag")
    func conventions() throws {
        let document = try SampleGateway.openAPI()
        for (path, operations) in try #require(document["paths"]?.objectValue) {
            let get = operations["get"]
            let isList =
                get?["parameters"]?.arrayValue?.contains { resolved($0, document)["name"] == "cursor" } ?? false
            if isList { #expect(get?["responses"]?["200"]?["headers"]?["Link"] != nil, "\(path)") }
            for method in ["put", "patch"] {
                guard let operation = operations[method] else { continue }
                #expect(operation["responses"]?["200"]?["headers"]?["ETag"] != nil, "\(method) \(path)")
                #expect(operation["responses"]?["412"] != nil, "\(method) \(path)")
                #expect(get?["responses"]?["304"] != nil, "GET \(path)")
                #expect(operations["patch"] != nil, "\(path)")
            }
        }
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
        let document = try SampleGateway.openAPI()
        func example(_ method: String, _ path: String) throws -> JSONValue {
            let body = document["paths"]?["/api/orchestration/flows/{flow_id}" + path]?[method]?["requestBody"]
            return try #require(body?["content"]?["application/json"]?["example"])
        }
        _ = try OptimizeFlow(flowID: "f", body: try example("post", "/optimize"))
        _ = try StoreFlow(flowID: "f", body: try example("put", ""))
    }

    @Test("OpenAPI names every error code of the contract")
    func codes() throws {
        let document = try SampleGateway.openAPI()
        let error = document["components"]?["schemas"]?["Problem"]?["properties"]?["error"]
        let codes = error?["properties"]?["code"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
        #expect(Set(codes ?? []) == Set(ErrorCode.allCases.map(\.rawValue)))
    }

    @Test("AsyncAPI has a channel for each WebSocket path that is served")
    func asyncAPI() throws {
        let document = try JSONValue(parsing: Documents.asyncAPI)
        #expect(document["asyncapi"] == "3.0.0")
        let addresses = document["channels"]?.objectValue?.values.compactMap { $0["address"]?.stringValue } ?? []
        #expect(Set(addresses.map { "GET \($0)" }) == (try served()).filter { $0.hasSuffix("/ws") })
    }
}
