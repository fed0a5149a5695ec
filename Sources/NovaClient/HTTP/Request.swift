extension NovaClient {
    /// An HTTP method.
    public struct Method: RawRepresentable, Sendable, Hashable {
        /// In capitals: `GET`.
        public let rawValue: String

        /// A method by its name, in capitals.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Asks.
        public static let get = Method(rawValue: "GET")
        /// Asks for the headers of an answer only.
        public static let head = Method(rawValue: "HEAD")
        /// Makes, or does.
        public static let post = Method(rawValue: "POST")
        /// Makes or replaces what the path names.
        public static let put = Method(rawValue: "PUT")
        /// Changes the members that the body names (JSON Merge Patch, RFC 7396).
        public static let patch = Method(rawValue: "PATCH")
        /// Removes, or cancels.
        public static let delete = Method(rawValue: "DELETE")

        /// Whether it changes nothing, so that it may be sent twice.
        var isSafe: Bool { self == .get || self == .head }
    }

    /// What a request has in it.
    public enum Body: Sendable {
        /// `application/json`; of a PATCH `application/merge-patch+json`.
        case json(JSON)
        /// Bytes as they are.
        case bytes([UInt8], contentType: String)

        var bytes: [UInt8] {
            switch self {
            case .json(let json): json.bytes
            case .bytes(let bytes, _): bytes
            }
        }

        func contentType(_ method: Method) -> String {
            switch self {
            case .json: method == .patch ? "application/merge-patch+json" : "application/json"
            case .bytes(_, let contentType): contentType
            }
        }
    }

    /// What a command's request is to do with its result (RFC 7240).
    public enum Preference: Sendable, Equatable {
        /// Wait for it so long, at most 60 s; whole seconds, rounded up.
        case wait(Duration)
        /// Be answered as soon as the command is accepted.
        case respondAsync

        var field: String {
            switch self {
            case .wait(let time): "wait=\(time.components.seconds + (time.components.attoseconds > 0 ? 1 : 0))"
            case .respondAsync: "respond-async"
            }
        }
    }

    /// The standard headers of a request, and what else differs for one request.
    public struct RequestOptions: Sendable {
        /// `Idempotency-Key`: the same key with the same request is the same job, for a day.
        ///
        /// With it a command may be sent again after a fault, so it is.
        public var idempotencyKey: String?
        /// `Prefer`: whether the request waits for the command's result; nil: as the gateway is configured.
        public var preference: Preference?
        /// `If-Match`: only where the entity has this version: `"7"`, with its quotes, or `*`.
        public var ifMatch: String?
        /// `If-None-Match`: only where the entity has not this version, or, with `*`, is not there.
        public var ifNoneMatch: String?
        /// `Job-Deadline`: from the request to the job's end, past which the job fails; whole seconds, rounded up.
        public var jobDeadline: Duration?
        /// `domain` of the query; nil: the key's own.
        public var domain: String?
        /// Further headers; they replace what the client would send.
        public var headers: [(name: String, value: String)]
        /// In place of ``NovaClient/Options/timeout``.
        public var timeout: Duration?

        /// Nothing but what is said.
        public init(
            idempotencyKey: String? = nil,
            preference: Preference? = nil,
            ifMatch: String? = nil,
            ifNoneMatch: String? = nil,
            jobDeadline: Duration? = nil,
            domain: String? = nil,
            headers: [(name: String, value: String)] = [],
            timeout: Duration? = nil
        ) {
            self.idempotencyKey = idempotencyKey
            self.preference = preference
            self.ifMatch = ifMatch
            self.ifNoneMatch = ifNoneMatch
            self.jobDeadline = jobDeadline
            self.domain = domain
            self.headers = headers
            self.timeout = timeout
        }

        /// Whether it may be sent twice, whatever its method.
        var isRepeatable: Bool { fields.contains { $0.name.lowercased() == "idempotency-key" } }

        var fields: [(name: String, value: String)] {
            let standard = [
                ("Idempotency-Key", idempotencyKey.map(Self.quoted)), ("Prefer", preference?.field),
                ("If-Match", ifMatch), ("If-None-Match", ifNoneMatch),
                (
                    "Job-Deadline",
                    jobDeadline.map { "\($0.components.seconds + ($0.components.attoseconds > 0 ? 1 : 0))" }
                ),
            ]
            return standard.compactMap { name, value in value.map { (name, $0) } } + headers
        }

        /// As a string of structured fields (RFC 9651).
        private static func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
    }
}

extension NovaClient {
    /// What a request was answered.
    public struct Answer: Sendable {
        /// The HTTP status.
        public let status: Int
        /// In the order in which they came.
        public let headers: [(name: String, value: String)]
        /// The body as it came.
        public let bytes: [UInt8]

        /// The first header of this name, in any case of its letters.
        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        /// The body, read as JSON.
        ///
        /// - Throws: ``NovaClientError/invalidAnswer(status:reason:)`` where it is not JSON: empty after 304, lines after an
        ///   export.
        public var json: JSON {
            get throws(NovaClientError) {
                do throws(NovaClientError) {
                    return try JSON(parsing: bytes)
                } catch {
                    throw .invalidAnswer(status: status, reason: "what is not JSON")
                }
            }
        }

        /// Itself where it is a success, or says that nothing has changed.
        func orRefusal() throws(NovaClientError) -> Answer {
            guard (200..<300).contains(status) || status == 304 else {
                throw .refusal(status: status, retryAfter: header("Retry-After"), body: bytes)
            }
            return self
        }
    }
}
