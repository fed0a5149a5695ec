package import AsyncHTTPClient
import DocumentKit
import Foundation
package import NIOHTTP1
import NovaClient
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

/// Requests to one gateway with one key, each sent once.
package struct API: Sendable {
    package let gateway: ClusterMember
    package let key: String?
    private let httpClient: HTTPClient?

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

    /// - Parameter httpClient: Nil: the one that all clients share, with at most 256 requests on their way.
    package init(gateway: ClusterMember, key: String? = "test-key", httpClient: HTTPClient? = nil) {
        self.gateway = gateway
        self.key = key
        self.httpClient = httpClient
    }

    package func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        headers: [(String, String)] = [],
        raw: [UInt8]? = nil
    ) async throws -> Answer {
        let client = try NovaClient(url: gateway.url, apiKey: key, httpClient: httpClient)
        let read = try await client.exchange(
            NovaClient.Method(rawValue: method.rawValue),
            path,
            body: (raw ?? body?.jsonBytes).map { .bytes($0, contentType: "application/json") },
            options: .init(headers: headers.map { (name: $0, value: $1) }, timeout: .seconds(60))
        )
        let answer = Answer(
            status: read.status,
            headers: HTTPHeaders(read.headers.map { ($0.name, $0.value) }),
            text: String(decoding: read.bytes, as: UTF8.self)
        )
        let faults = Self.document.faults(
            of: read.bytes,
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
        do {
            let result = try await body(API(gateway: gateway, key: key, httpClient: many))
            try await many.shutdown()
            return result
        } catch {
            try await many.shutdown()
            throw error
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
