import NovaContract
import WebSocketClient

/// The failures of talking to a gateway, as a person hears them.
enum APIFailure {
    static func unreachable(_ address: APIAddress, _ error: any Error) -> CommandFailure {
        CommandFailure(
            .unavailable,
            "no answer from \(address): \(error). Is Nova running there? Start it by `nova dev`, or name another "
                + "gateway by --url"
        )
    }

    /// What the gateway said, with each bad field on a line of its own.
    static func refused(status: Int, body: JSONValue) -> CommandFailure {
        guard let error = body["error"], error.objectValue != nil else {
            return CommandFailure(kind(status), "the gateway answered with HTTP status \(status)")
        }
        let told = NovaError(json: error)
        let places = told.details.map { "\n  \($0.pointer): \($0.message)" }.joined()
        let code = error["code"]?.stringValue ?? told.code.rawValue
        return CommandFailure(kind(status), TextLayout.printableLines("\(code): \(told.message)\(places)"))
    }

    static func of(_ error: WebSocketClientError, _ address: APIAddress) -> any Error {
        guard case .refused(let refusal) = error else { return unreachable(address, error) }
        let body: JSONValue
        do throws(JSONReadError) {
            body = try JSONValue(parsing: refusal.body)
        } catch {
            body = .null
        }
        return refused(status: refusal.status, body: body)
    }

    private static func kind(_ status: Int) -> CommandFailure.Kind {
        switch status {
        case 401, 403: .refused
        case 429, 500...: .unavailable
        default: .failed
        }
    }
}
