import NovaContract

/// A worker's answer to the gateway whose client waits: job id, state and body, separated by U+001F.
struct Reply: Sendable, Equatable {
    let jobID: String
    let ending: JobEnding

    /// Nil for what is no reply of a job that ended.
    init?(_ payload: [UInt8]) {
        let separator = UInt8(ascii: "\u{1F}")
        guard let first = payload.firstIndex(of: separator),
            let second = payload[(first + 1)...].firstIndex(of: separator),
            let state = JobState(rawValue: String(decoding: payload[(first + 1)..<second], as: UTF8.self))
        else { return nil }
        jobID = String(decoding: payload[..<first], as: UTF8.self)
        let body = payload[(second + 1)...]
        switch state {
        case .completed:
            guard body.first == UInt8(ascii: "{") else { return nil }
            ending = .completed(jobID, result: body)
        case .failed, .cancelled:
            guard let error = try? JSONValue(parsing: body) else { return nil }
            ending = .failed(jobID, NovaError(json: error))
        case .queued, .running:
            return nil
        }
    }
}
