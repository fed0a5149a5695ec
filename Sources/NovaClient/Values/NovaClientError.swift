/// Why a call of ``NovaClient`` did not do what was asked.
///
/// Besides it, calls throw `CancellationError` when their task is cancelled.
public enum NovaClientError: Error, Sendable, Equatable {
    /// The request cannot be sent as it is: the address, a path or a header is wrong.
    case invalidRequest(String)
    /// No answer: no connection, or it broke.
    ///
    /// A request that is not a query may still have been carried out, or may yet be.
    case unreachable(String)
    /// No whole answer within this time; whether the request was carried out is not known.
    case timedOut(Duration)
    /// Nova answered, and said no.
    case refused(NovaProblem)
    /// The answer is not one of Nova's: the address may be another server's.
    case invalidAnswer(status: Int, reason: String)
    /// A text is not JSON.
    case invalidJSON(String)
    /// The gateway, or the network, ended a WebSocket that was not made again.
    ///
    /// The code is one of RFC 6455, section 7.4: 1008 where the key lost its rights, 1006 where the connection ended without a
    /// word.
    case disconnected(code: Int, reason: String)

    /// The refusal, where this is one.
    public var problem: NovaProblem? {
        guard case .refused(let problem) = self else { return nil }
        return problem
    }
}

extension NovaClientError: CustomStringConvertible {
    /// One sentence; of a refusal also each bad place.
    public var description: String {
        switch self {
        case .invalidRequest(let reason): "the request cannot be sent: \(reason)"
        case .unreachable(let reason): "no answer: \(reason)"
        case .timedOut(let limit): "no answer within \(limit)"
        case .refused(let problem): problem.description
        case .invalidAnswer(let status, let reason): "HTTP status \(status) and \(reason)"
        case .invalidJSON(let reason): "not JSON: \(reason)"
        case .disconnected(let code, let reason):
            "the connection was closed (\(code)\(reason.isEmpty ? "" : ", \(reason)"))"
        }
    }
}

/// What Nova says where it refuses a request or a job fails: the problem document of RFC 9457, as Nova's contract fills it.
public struct NovaProblem: Sendable, Equatable {
    /// Which kind of problem it is, for programs.
    ///
    /// New ones may be added: a `switch` needs a `default`.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// As it is written in the answer: `CONFLICT`.
        public let rawValue: String

        /// A code as it is written in the answer.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// 400: a member, a parameter or a header is wrong; ``NovaProblem/details`` names each.
        public static let validationError = Code(rawValue: "VALIDATION_ERROR")
        /// 401: no key, or none that Nova knows.
        public static let authenticationError = Code(rawValue: "AUTHENTICATION_ERROR")
        /// 403: the key may not do this, or not in this domain.
        public static let permissionDenied = Code(rawValue: "PERMISSION_DENIED")
        /// 404: no such path, job, flow, task, agent, resource or memory.
        public static let resourceNotFound = Code(rawValue: "RESOURCE_NOT_FOUND")
        /// 409: what is there now does not allow it; a lease that ran out, a job that has ended.
        public static let conflict = Code(rawValue: "CONFLICT")
        /// 409: as many are kept as may be.
        public static let limitReached = Code(rawValue: "LIMIT_REACHED")
        /// 412: `If-Match` or `If-None-Match` does not hold.
        public static let preconditionFailed = Code(rawValue: "PRECONDITION_FAILED")
        /// 422: the idempotency key was used with another request.
        public static let idempotencyKeyReused = Code(rawValue: "IDEMPOTENCY_KEY_REUSED")
        /// 422: no solution exists.
        public static let infeasible = Code(rawValue: "INFEASIBLE")
        /// 429: the key has no requests left in its window.
        public static let rateLimitExceeded = Code(rawValue: "RATE_LIMIT_EXCEEDED")
        /// 500: internal error.
        public static let serviceError = Code(rawValue: "SERVICE_ERROR")
        /// 503: Nova cannot do it now.
        public static let serviceUnavailable = Code(rawValue: "SERVICE_UNAVAILABLE")
    }

    /// One thing that is wrong, at one place of the request.
    public struct Detail: Sendable, Equatable {
        /// JSON Pointer (RFC 6901) into the body; a query parameter stands as `/NAME`.
        public let pointer: String
        /// What is wrong there.
        public let message: String
    }

    /// The HTTP status; nil for the error of a job and for one told over a WebSocket.
    public let status: Int?
    /// Which kind of problem it is.
    public let code: Code
    /// One sentence for people.
    public let message: String
    /// The places that are wrong; empty where it is not about a place.
    public let details: [Detail]
    /// With which the gateway's logs name the request.
    public let requestID: String?
    /// After which a repetition may succeed.
    public let retryAfter: Duration?
}

extension NovaProblem: CustomStringConvertible {
    /// Code and message, and each bad place on a line of its own.
    public var description: String {
        "\(code.rawValue): \(message)" + details.map { "\n  \($0.pointer): \($0.message)" }.joined()
    }
}

// MARK: - Reading

extension NovaProblem {
    /// Reads `{"code", "message", "details"}`, as answers, jobs and WebSocket errors have it; nil for anything else.
    init?(error: JSON?, status: Int? = nil, retryAfter: Duration? = nil) {
        guard let error, let code = error["code"]?.string else { return nil }
        self.init(
            status: status,
            code: Code(rawValue: code),
            message: error["message"]?.string ?? "",
            details: (error["details"]?.array ?? []).map {
                Detail(pointer: $0["pointer"]?.string ?? "", message: $0["message"]?.string ?? "")
            },
            requestID: error["request_id"]?.string,
            retryAfter: retryAfter ?? error["retry_after"]?.double.map { .seconds($0) }
        )
    }

    /// Whether the same may succeed a little later without anything else having changed.
    var isTemporary: Bool { code == .serviceUnavailable || code == .rateLimitExceeded }
}

extension NovaClientError {
    /// What an answer says that is no success.
    ///
    /// - Parameter body: perhaps not Nova's: a proxy in front of it answers too.
    static func refusal(status: Int, retryAfter: String?, body: some Sequence<UInt8>) -> NovaClientError {
        let json: JSON
        do throws(NovaClientError) {
            json = try JSON(parsing: body)
        } catch {
            return .invalidAnswer(status: status, reason: "what is not JSON")
        }
        let pause = retryAfter.flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
        guard let problem = NovaProblem(error: json["error"], status: status, retryAfter: pause) else {
            return .invalidAnswer(status: status, reason: "no error of Nova")
        }
        return .refused(problem)
    }
}
