package import AsyncHTTPClient
import AsyncPrimitives
import DocumentKit
import Foundation
import NIOCore
import NIOFoundationCompat
package import NIOHTTP1
package import NovaContract
package import NovaTestKit
import Testing

/// What a server answered.
package struct Answer: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let text: String

    package var json: JSONValue {
        get throws { try JSONValue(parsing: text) }
    }

    /// `error.code` of a problem document.
    package var code: String? {
        get throws { try json["error"]?["code"]?.stringValue }
    }
}

/// Requests to one gateway with one key.
package struct API: Sendable {
    package let gateway: ClusterMember
    package let key: String?
    /// The shared one has at most eight requests to one gateway on their way.
    package let client: HTTPClient

    /// What each answer is held against.
    private static let document: OpenAPIDocument = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        do {
            let bytes = try Data(contentsOf: root.appending(path: "docs/openapi.json"))
            return try OpenAPIDocument(try JSONValue(parsing: bytes))
        } catch {
            fatalError("docs/openapi.json cannot be read: \(error)")
        }
    }()

    package init(gateway: ClusterMember, key: String? = "test-key", client: HTTPClient = .shared) {
        self.gateway = gateway
        self.key = key
        self.client = client
    }

    package func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        headers: [(String, String)] = [],
        raw: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: gateway.url + path)
        request.method = method
        if let key { request.headers.add(name: "X-API-Key", value: key) }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let bytes = raw ?? body?.jsonBytes {
            if !request.headers.contains(name: "Content-Type") {
                request.headers.add(name: "Content-Type", value: "application/json")
            }
            request.body = .bytes(ByteBuffer(bytes: bytes))
        }
        let response = try await client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        let answer = Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
        let faults = Self.document.faults(
            of: Array(bytes.readableBytesView),
            status: answer.status,
            contentType: answer.headers.first(name: "content-type"),
            to: method.rawValue,
            path
        )
        #expect(faults.isEmpty, "\(method) \(path) is not answered as openapi.json says: \(answer.text.prefix(2_000))")
        return answer
    }

    /// The same with as many requests at once as are asked for.
    package func withManyConnections<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (API) async throws -> R
    ) async throws -> R {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_024
        let many = HTTPClient(configuration: configuration)
        return try await withResource(many, close: { try await $0.shutdown() }) { many in
            try await body(API(gateway: gateway, key: key, client: many))
        }
    }

    package func get(_ path: String) async throws -> Answer { try await send(.GET, path) }

    package func optimize(
        _ flowID: String,
        _ body: JSONValue = Sample.flow,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        try await send(.POST, "/api/orchestration/flows/\(flowID)/optimize", body, headers: headers)
    }
}

package enum Sample {
    /// Two steps that compete for one machine, and one that waits for both: 3 + 2 + 1 seconds.
    package static let flow: JSONValue = [
        "parameters": [
            "steps": [
                ["id": "a", "duration": 3, "resources": ["gpu": 1]],
                ["id": "b", "duration": 2, "resources": ["gpu": 1]],
                ["id": "c", "duration": 1, "dependencies": ["a", "b"]],
            ],
            "capacity": ["gpu": 1],
        ]
    ]

    /// A flow whose search goes on until it is stopped or `seconds` are over: its bound is never reached.
    package static func hard(seconds: Double) -> JSONValue {
        var steps: [JSONValue] = []
        for number in 0..<60 {
            let durations = [7, 11, 13, 17, 19]
            var step: JSONObject = [
                "id": .string("s\(number)"), "duration": JSONValue(durations[number % 5] + number % 3),
                "resources": ["gpu": JSONValue(2 + number * 7 % 5), "api": JSONValue(1 + number * 5 % 6)],
            ]
            if number >= 4 { step["dependencies"] = JSONValue(["s\(number - 4 + number * 3 % 3)"]) }
            steps.append(.object(step))
        }
        return [
            "parameters": [
                "steps": .array(steps), "capacity": ["gpu": 9, "api": 8], "time_limit": JSONValue(seconds),
            ]
        ]
    }
}
