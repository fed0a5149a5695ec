import NovaClient
import NovaContract

/// How a job ended, as its event or its record says.
struct JobEnding {
    private let outcome: Result<JSONValue?, CommandFailure>

    /// Nil for an event that is not the end of its job.
    init?(_ event: NovaEvent) {
        guard let name = event.name.split(separator: ".").last, event.name.hasPrefix("job.") else { return nil }
        self.init(status: String(name), event.data.value)
    }

    /// Nil for a job that has not ended.
    init?(record: JSONValue) {
        self.init(status: record["status"]?.stringValue ?? "", record)
    }

    private init?(status: String, _ json: JSONValue) {
        guard let state = JobState(rawValue: status), state.isTerminal else { return nil }
        if state == .completed {
            outcome = .success(json["result"].flatMap { $0 == .null ? nil : $0 })
            return
        }
        let error = json["error"].flatMap { $0.objectValue == nil ? nil : NovaError(json: $0) }
        let places = (error?.details ?? []).map { "\n  \($0.pointer): \($0.message)" }.joined()
        let reason = error.map { "\($0)\(places)" } ?? "no reason was given"
        outcome = .failure(CommandFailure(.failed, TextLayout.printableLines("the job is \(status): \(reason)")))
    }

    /// Nil where it is too large to be part of the event.
    ///
    /// - Throws: `CommandFailure` where the job did not complete.
    var result: JSONValue? {
        get throws { try outcome.get() }
    }
}
