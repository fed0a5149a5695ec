/// What the page of an error says to whoever met it: the same for every occurrence.
package struct ErrorPage: Sendable {
    /// What has happened.
    package let meaning: String
    /// What can be done about it.
    package let advice: String
    /// Whether the same request may succeed later, unchanged.
    package let mayPass: Bool

    fileprivate init(_ meaning: String, _ advice: String, mayPass: Bool = false) {
        self.meaning = meaning
        self.advice = advice
        self.mayPass = mayPass
    }
}

extension ErrorCode {
    /// Names the error in the path of its page, for example `validation-error`.
    package var slug: String { rawValue.lowercased().replacing("_", with: "-") }

    /// The `type` of its problem documents (RFC 9457, section 3.1.1): where its page is, relative to the gateway.
    package var type: String { "/problems/" + slug }

    package var page: ErrorPage {
        switch self {
        case .validationError:
            ErrorPage(
                "Something in the request is missing, unknown, of the wrong type or out of its range. Nothing was done.",
                "error.details names each place by JSON Pointer and says what it must be; parameters of the query are named "
                    + "as /NAME. Mend them and send the request again."
            )
        case .authenticationError:
            ErrorPage(
                "The request has no API key, or one that is unknown, expired or revoked.",
                "Send X-API-Key: KEY or Authorization: Bearer KEY. Keys are made with nova keys create."
            )
        case .permissionDenied:
            ErrorPage(
                "The key is valid, but does not hold the permission that this needs, or may not touch the domain.",
                "The message names what is missing. Use another key, or have this one changed."
            )
        case .resourceNotFound:
            ErrorPage(
                "There is no such path, or no such entity in the domain that was asked for. What belongs to another owner "
                    + "is as unknown as what never was.",
                "Look at the path, the id, and the domain: without ?domain= it is the key's default."
            )
        case .methodNotAllowed:
            ErrorPage("The path exists, but not with this method.", "The answer's Allow names those that it has.")
        case .conflict:
            ErrorPage(
                "What was asked for does not fit the present state: the job has ended, the task is another's, "
                    + "something is still held.",
                "Read the entity again, and decide by what it is now."
            )
        case .preconditionFailed:
            ErrorPage(
                "If-Match or If-None-Match did not hold: the entity has another version by now, or is not there. "
                    + "Nothing was changed.",
                "Read the entity again, make the change from what it is now, and send the new ETag."
            )
        case .limitReached:
            ErrorPage(
                "As much is kept as the owner of the key may keep. Nothing was done.",
                "error.details names the bound. Delete what is not needed, or have the setting of that bound raised."
            )
        case .payloadTooLarge:
            ErrorPage("The body is larger than the gateway or Kafka takes.", "Send less, or in several requests.")
        case .unsupportedMediaType:
            ErrorPage(
                "The body is of a type or an encoding that is not read here.",
                "Send JSON in UTF-8 as application/json, without a Content-Encoding; PATCH takes "
                    + "application/merge-patch+json."
            )
        case .idempotencyKeyReused:
            ErrorPage(
                "This Idempotency-Key was used before with another method, path, domain or body.",
                "Use a new key for each new request, and the same one only to repeat a request."
            )
        case .infeasible:
            ErrorPage(
                "The request is valid, but nothing can satisfy it: no schedule keeps to all constraints.",
                "error.details names what cannot be kept together. Loosen one of them."
            )
        case .rateLimitExceeded:
            ErrorPage(
                "The key has used up its budget of requests.",
                "Wait the seconds of Retry-After. RateLimit and RateLimit-Policy tell how the budget stands.",
                mayPass: true
            )
        case .headersTooLarge:
            ErrorPage(
                "The request's target and header fields together are larger than the gateway takes, or too many.",
                "Send fewer and shorter ones; what is long belongs into the body."
            )
        case .serviceError:
            ErrorPage(
                "Nova failed for a reason of its own.",
                "Tell whoever runs it the request_id of the answer: the logs name the reason under it."
            )
        case .notImplemented:
            ErrorPage("No path of Nova has this method.", "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.")
        case .serviceUnavailable:
            ErrorPage(
                "Nova cannot do this at the moment: it is stopping, has too much to do, or does not reach Redis or Kafka.",
                "Try again after the seconds of Retry-After; with an Idempotency-Key nothing is done twice.",
                mayPass: true
            )
        }
    }
}
