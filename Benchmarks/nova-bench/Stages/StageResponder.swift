import FlowPool
import HTTPTypes
import Hummingbird
import HummingbirdCore
import KafkaClient
import NIOCore
import NovaContract
import NovaStore

/// Does what its stage does with a command, and answers a fixed body.
struct StageResponder: HTTPResponder {
    let stage: Stage
    let store: Store?
    let producer: KafkaProducer?
    let topic: String

    private static let answer = ByteBuffer(string: #"{"status":"queued"}"#)
    private static let key = APIKey(
        id: "bench",
        hash: "",
        name: "bench",
        owner: "bench",
        permissions: [],
        domains: ["*"],
        defaultDomain: "professional",
        limit: 1_000_000_000,
        window: 60,
        createdAt: 0
    )
    private static let budget = Budget(name: "default", limit: key.limit, window: .seconds(60))

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        if stage >= .json {
            let command = try await decode(request)
            if let store { try await admit(command, store) }
            if let producer { _ = try await producer.send(record(command)) }
        }
        return Response(
            status: .accepted,
            headers: [.contentType: "application/json", .contentLength: String(Self.answer.readableBytes)],
            body: ResponseBody(byteBuffer: Self.answer)
        )
    }

    /// Of `/api/orchestration/flows/{flow_id}/optimize`.
    private func decode(_ request: Request) async throws -> Command {
        let body = try await request.body.collect(upTo: 1 << 20)
        let flowID = request.uri.path.split(separator: "/").dropFirst(3).first.map(String.init) ?? ""
        _ = try OptimizeFlow(flowID: flowID, body: try JSONValue(parsing: body.readableBytesView))
        return Command(
            jobID: UUIDv7.make(),
            kind: .optimizeFlow,
            entityID: flowID,
            owner: Self.key.owner,
            domain: Self.key.defaultDomain,
            keyID: Self.key.id,
            requestID: "",
            createdAt: Timestamp.milliseconds(),
            payload: Array(body.readableBytesView)
        )
    }

    private func admit(_ command: Command, _ store: Store) async throws {
        let admission = try await store.admission.admit(command, budget: Self.budget, key: Self.key, idempotency: nil)
        guard case .admitted = admission else { throw BenchError("not admitted: \(admission)") }
    }

    private func record(_ command: Command) -> KafkaRecord {
        KafkaRecord(
            topic: topic,
            key: Array(command.orderingKey.utf8),
            value: command.payload,
            headers: command.headers.map { KafkaHeader($0.name, $0.value) }
        )
    }
}
