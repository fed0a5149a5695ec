/// The error codes of the contract and the HTTP status each one has.
package enum ErrorCode: String, Sendable, CaseIterable {
    case validationError = "VALIDATION_ERROR"
    case authenticationError = "AUTHENTICATION_ERROR"
    case permissionDenied = "PERMISSION_DENIED"
    case resourceNotFound = "RESOURCE_NOT_FOUND"
    case methodNotAllowed = "METHOD_NOT_ALLOWED"
    case conflict = "CONFLICT"
    case limitReached = "LIMIT_REACHED"
    case preconditionFailed = "PRECONDITION_FAILED"
    case payloadTooLarge = "PAYLOAD_TOO_LARGE"
    case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
    case idempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED"
    case infeasible = "INFEASIBLE"
    case rateLimitExceeded = "RATE_LIMIT_EXCEEDED"
    case headersTooLarge = "HEADERS_TOO_LARGE"
    case serviceError = "SERVICE_ERROR"
    case notImplemented = "NOT_IMPLEMENTED"
    case serviceUnavailable = "SERVICE_UNAVAILABLE"

    package var status: Int {
        switch self {
        case .validationError: 400
        case .authenticationError: 401
        case .permissionDenied: 403
        case .resourceNotFound: 404
        case .methodNotAllowed: 405
        case .conflict, .limitReached: 409
        case .preconditionFailed: 412
        case .payloadTooLarge: 413
        case .unsupportedMediaType: 415
        case .idempotencyKeyReused, .infeasible: 422
        case .rateLimitExceeded: 429
        case .headersTooLarge: 431
        case .serviceError: 500
        case .notImplemented: 501
        case .serviceUnavailable: 503
        }
    }

    /// The `title` of the problem document: the same for every occurrence (RFC 9457, section 3.1.3).
    package var title: String {
        switch self {
        case .validationError: "The request is not valid"
        case .authenticationError: "No valid API key"
        case .permissionDenied: "The key may not do this"
        case .resourceNotFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .conflict: "Conflict with the present state"
        case .limitReached: "A limit is reached"
        case .preconditionFailed: "The precondition does not hold"
        case .payloadTooLarge: "The body is too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .idempotencyKeyReused: "The idempotency key was used with another request"
        case .infeasible: "No solution exists"
        case .rateLimitExceeded: "Too many requests"
        case .headersTooLarge: "The header fields are too large"
        case .serviceError: "Internal error"
        case .notImplemented: "Not implemented"
        case .serviceUnavailable: "Temporarily unavailable"
        }
    }
}
