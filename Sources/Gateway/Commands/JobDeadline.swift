import HTTPTypes
import NovaAPI
import NovaContract
import NovaProcess
import NovaService

/// How long jobs may take from their request to their end: what clients may ask for, and what holds where they do not.
package struct JobDeadline: Sendable, Equatable {
    /// Of a command without `Job-Deadline`.
    package var standard = JobSettings().defaultDeadline.default
    /// The most a command may ask for.
    package var longest = JobSettings().maximumDeadline.default

    package init() {}

    /// When a job that is made at `now` fails if it has not ended; milliseconds since 1970, as `now`.
    ///
    /// - Throws: `VALIDATION_ERROR` where the header field is not a whole number of seconds from 1 to `longest`.
    func deadline(_ headers: HTTPFields, now: Int64) throws(NovaError) -> Int64 {
        guard let text = headers[.jobDeadline] else { return now + Self.milliseconds(standard) }
        let most = longest.components.seconds
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(text), 1...most ~= seconds
        else {
            let isEpoch = Double(text).map { $0 >= 1e9 } ?? false
            let hint = isEpoch ? ": seconds from now, no time since 1970" : ""
            throw NovaError(
                .validationError,
                "Job-Deadline must be a whole number of seconds from 1 to \(most), not \"\(text.prefix(40))\"\(hint)"
            )
        }
        return now + seconds * 1_000
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    }
}
