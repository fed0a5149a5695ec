import AsyncHTTPClient
import AsyncPrimitives
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NovaClient
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
    enum Disposition: Sendable, Equatable {
        case taken
        case refused
        /// It may have been taken, or may yet be.
        case unknown
    }

    func send(_ command: LoadCommand, number: Int, firstGateway: Int) async -> Disposition {
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
            let client = try NovaClient(url: gateway, apiKey: key)
            let answer = try await client.exchange(
                command.method,
                command.path,
                body: command.body.map { .json(JSON($0)) },
                options: command.options(timeout: .seconds(command.wait) + shape.requestTimeout)
            )
            return read(number, gateway, answer)
        } catch {
            return CommandAnswer(command: number, gateway: gateway, at: history.now, status: nil, failure: "\(error)")
        }
    }

    private func read(_ number: Int, _ gateway: String, _ answer: NovaClient.Answer) -> CommandAnswer {
        var failure: String?
        var json: JSON?
        do throws(NovaClientError) { json = try answer.json } catch {
            failure = "the body is no JSON: \(String(decoding: answer.bytes.prefix(200), as: UTF8.self))"
        }
        return CommandAnswer(
            command: number,
            gateway: gateway,
            at: history.now,
            status: answer.status,
            failure: failure,
            jobID: json?["job_id"]?.string,
            version: json?["version"]?.int,
            code: json?["error"]?["code"]?.string
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
