/// An error a client hears: a code of the contract, a sentence, and the places that are wrong.
///
/// It travels as it is: from the validator to the HTTP answer, and from a worker through the job record and the
/// event to whoever waits.
package struct NovaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One thing that is wrong, at one place of the request.
    package struct Detail: Sendable, Equatable {
        package let pointer: JSONPointer
        package let message: String

        package init(_ pointer: JSONPointer, _ message: String) {
            self.pointer = pointer
            self.message = message
        }

        /// As `warnings` of a result.
        package static func told(_ details: [Detail]) -> JSONValue {
            .array(details.map { ["pointer": .string($0.pointer.description), "message": .string($0.message)] })
        }
    }

    package let code: ErrorCode
    package let message: String
    package let details: [Detail]
    /// Seconds after which a repetition may succeed; becomes `Retry-After`.
    package let retryAfter: Int?
    /// The methods of a path, for `METHOD_NOT_ALLOWED`; becomes `Allow`.
    package let allowedMethods: [String]

    package init(
        _ code: ErrorCode,
        _ message: String,
        details: [Detail] = [],
        retryAfter: Int? = nil,
        allowedMethods: [String] = []
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
        self.allowedMethods = allowedMethods
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// The same of a document that is a part of another: its places are below `pointer`.
    package func below(_ pointer: JSONPointer) -> NovaError {
        NovaError(
            code,
            message,
            details: details.map { Detail(JSONPointer(pointer.description + $0.pointer.description), $0.message) },
            retryAfter: retryAfter,
            allowedMethods: allowedMethods
        )
    }
}

extension JSONPointer {
    /// As the fragment of a URI (RFC 6901, section 6), for example `#/parameters/a%20b`.
    fileprivate var fragment: String {
        var fragment = "#"
        for byte in description.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                fragment.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                fragment += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return fragment
    }
}

extension NovaError {
    /// What is kept for an owner is at its bound.
    ///
    /// - Parameters:
    ///   - setting: the setting that says the bound, for example `limits.tasks_per_owner`.
    ///   - what: what is counted, in the plural: "tasks".
    package static func limit(_ setting: String, _ bound: Int, _ what: String) -> NovaError {
        let message = "at most \(bound) \(what) are kept for one owner (setting \(setting)); delete some first"
        return NovaError(.limitReached, message, details: [.init(.root, "\(setting) is \(bound)")])
    }

    /// `{"code", "message", "details"}`, as in job records, events and WebSocket errors.
    package var json: JSONValue {
        .object([
            "code": .string(code.rawValue),
            "message": .string(message),
            "details": .array(
                details.map { ["pointer": .string($0.pointer.description), "message": .string($0.message)] }
            ),
        ])
    }

    /// Reads what `json` wrote.
    ///
    /// An unknown code, from a newer worker, is taken as `SERVICE_ERROR`.
    package init(json: JSONValue) {
        let details = (json["details"]?.arrayValue ?? []).map { detail in
            Detail(JSONPointer(detail["pointer"]?.stringValue ?? ""), detail["message"]?.stringValue ?? "")
        }
        self.init(
            json["code"]?.stringValue.flatMap(ErrorCode.init(rawValue:)) ?? .serviceError,
            json["message"]?.stringValue ?? "the job failed without saying why",
            details: details
        )
    }

    /// The answer's body, `application/problem+json`: RFC 9457 members, its `errors` among them as in the example of section
    /// 3, and the contract's `error` beside them.
    package func problem(instance: String, requestID: String) -> JSONValue {
        var error = json.objectValue ?? [:]
        error["request_id"] = .string(requestID)
        return .object([
            "type": .string(code.type),
            "title": .string(code.title),
            "status": JSONValue(code.status),
            "detail": .string(message),
            "instance": .string(instance),
            "errors": .array(
                details.map { ["detail": .string($0.message), "pointer": .string($0.pointer.fragment)] }
            ),
            "error": .object(error),
        ])
    }
}

extension NovaError {
    /// Of a body that is no JSON object.
    package static func notAnObject(_ body: JSONValue) -> NovaError {
        NovaError(
            .validationError,
            "the body must be a JSON object, not \(body.kindName)",
            details: [.init(.root, "must be an object")]
        )
    }
}
