import AsyncHTTPClient
import AsyncPrimitives
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NovaContract

/// Sends a command until a gateway has taken or refused it, as a careful client does.
///
/// The same Idempotency-Key each time, the next gateway each time. Every answer, and every failure to get one, goes into
/// the history.
struct CommandSender: Sendable {
    let key: String
    let shape: LoadShape
    let history: History
    /// The addresses at this moment.
    let gateways: @Sendable () -> [String]

    /// What has become of a command.
    enum Fate: Sendable, Equatable {
        case taken
        case refused
        /// It may have been taken, or may yet be.
        case unknown
    }

    func send(_ command: LoadCommand, number: Int, firstGateway: Int) async -> Fate {
        let deadline = ContinuousClock.now + shape.patience
        for attempt in 1... {
            let addresses = gateways()
            let gateway = addresses[(firstGateway + attempt - 1) % addresses.count]
            let answer = await ask(command, number: number, gateway: gateway)
            history.add(answer)
            if answer.isAcknowledgement { return .taken }
            if let status = answer.status, !Self.isTemporary(status) { return .refused }
            guard !Task.isCancelled, .now < deadline else { return .unknown }
            do {
                try await Task.sleep(for: ExponentialBackoff.gatewayOutage.delay(after: attempt))
            } catch {
                return .unknown
            }
        }
        return .unknown
    }

    private static func isTemporary(_ status: Int) -> Bool { [429, 502, 503, 504].contains(status) }

    private func ask(_ command: LoadCommand, number: Int, gateway: String) async -> CommandAnswer {
        do {
            let response = try await HTTPClient.shared.execute(
                request(command, gateway),
                timeout: .seconds(Int64(command.wait)) + TimeAmount(shape.requestTimeout)
            )
            let bytes = try await response.body.collect(upTo: 1 << 20)
            return answer(number, gateway, status: Int(response.status.code), String(buffer: bytes))
        } catch {
            return CommandAnswer(command: number, gateway: gateway, at: history.now, status: nil, failure: "\(error)")
        }
    }

    private func request(_ command: LoadCommand, _ gateway: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: gateway + command.path)
        request.method = command.method
        request.headers.add(name: "X-API-Key", value: key)
        for (name, value) in command.headers { request.headers.add(name: name, value: value) }
        if let body = command.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.jsonBytes))
        }
        return request
    }

    private func answer(_ number: Int, _ gateway: String, status: Int, _ text: String) -> CommandAnswer {
        var failure: String?
        var json: JSONValue?
        do { json = try JSONValue(parsing: text) } catch { failure = "the body is no JSON: \(text.prefix(200))" }
        return CommandAnswer(
            command: number,
            gateway: gateway,
            at: history.now,
            status: status,
            failure: failure,
            jobID: json?["job_id"]?.stringValue,
            version: json?["version"]?.intValue,
            code: json?["error"]?["code"]?.stringValue
        )
    }
}

extension ExponentialBackoff {
    /// Before a command is sent to the next gateway: 50 ms at first and 500 ms at last; without jitter, so that a seed's load is
    /// the same each time.
    fileprivate static let gatewayOutage = ExponentialBackoff(
        first: .milliseconds(50),
        maximum: .milliseconds(500),
        jitter: 1...1
    )
}
