import FlowPool
import HTTPTypes
import NovaContract
import NovaPools
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Writing the API document")
struct OpenAPIDocumentTests {
    private static let schemas = NovaPools.types.map { $0.schemas }

    private static func fault(_ routes: [Route], _ schemas: [[UInt8]] = schemas) -> String? {
        do {
            _ = try OpenAPIDocument.make(routes, schemas: schemas)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func route(_ path: String, answer: String) -> Route {
        .query(
            path,
            needs: Permission(.read, area: "flows"),
            as: .query,
            EndpointDocument("test", tag: "flows", "A test", answer: answer)
        ) { _ in .json([:]) }
    }

    @Test("a declaration that names what is not there ends the start, not a request")
    func faults() throws {
        let routes = try SampleGateway.make().routes
        #expect(Self.fault(routes) == nil)
        #expect(Self.fault(routes + [Self.route("/api/a", answer: "StoredFlow")]) == nil)
        #expect(
            Self.fault(routes + [Self.route("/api/a", answer: "Nothing")])
                == "#/components/schemas/Nothing is named and not there"
        )
        let again = Self.route("/api/orchestration/flows/{flow_id}", answer: "StoredFlow")
        #expect(Self.fault(routes + [again]) == "GET /api/orchestration/flows/{flow_id} is served twice")
        let undescribed = Route(.get, "/api/a", .none) { _ in .json([:]) }
        #expect(Self.fault(routes + [undescribed]) == "openapi-base.json does not describe GET /api/a")
        #expect(
            Self.fault(routes.filter { $0.path != "/api/jobs" })
                == "openapi-base.json describes /api/jobs, which is not served"
        )
        #expect(Self.fault(routes, Self.schemas + [Self.schemas[0]])?.hasPrefix("two schemas are named ") == true)
    }

    @Test("every command that is asked for has an example that its own reader takes")
    func examples() async throws {
        var count = 0
        for command in NovaPools.commands where !command.isMergePatch {
            for endpoint in command.endpoints {
                guard case .schema(_, let example, _) = endpoint.document.body else { continue }
                var body = try endpoint.rewrite?(example) ?? example
                for name in endpoint.members where body[name] == nil { body = try body.completed([name: "a"]) }
                var entity = "a"
                switch endpoint.entity {
                case .path(let name), .member(let name): entity = body[name]?.stringValue ?? entity
                case .first, .job: break
                }
                let subject = CommandSubject(
                    entityID: entity,
                    jobID: UUIDv7.make(),
                    createdAt: Timestamp.milliseconds(),
                    source: .request
                )
                try command.checkBody(body, subject)
                count += 1
            }
        }
        #expect(count > 20)
    }
}
