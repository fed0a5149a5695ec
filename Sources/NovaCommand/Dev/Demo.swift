import AsyncPrimitives
import NovaContract

/// Submits a flow and shows, from the WebSocket, how far it is; then what came of it.
struct Demo: Sendable {
    let flow: SampleFlow
    let api: NovaAPI
    let console: Console
    let live: LiveLine

    /// Beyond the time the search may take.
    private static let patience = 60.0

    /// - Throws: `CommandFailure` where the flow is refused, fails, or does not end in time.
    func run() async throws {
        let source = DevShowcase.shortened(flow.path)
        console.line(
            console.style.bold("Optimizing \(TextLayout.printable(flow.flowID))")
                + ": \(flow.stepCount) steps of \(source)"
        )
        let limit = Duration.seconds((flow.timeLimit ?? 10) + Self.patience)
        let result: JSONValue?
        do {
            result = try await withDeadline(limit) { try await follow() }
        } catch is DeadlineExceeded {
            result = nil
        }
        live.clear()
        guard let result else {
            throw CommandFailure(.unavailable, "there is no result after \(SpanText.of(limit.inSeconds))")
        }
        show(result)
    }

    private func show(_ result: JSONValue) {
        console.line()
        guard let shown = FlowResult(json: result) else { return console.line(result) }
        let report = TimelineReport(
            result: shown,
            capacity: flow.capacity,
            width: console.width,
            style: console.style
        )
        for line in report.lines { console.line(line) }
    }

    // MARK: - Following the job

    /// Subscribes first, then submits, so that nothing of the job is missed.
    private func follow() async throws -> JSONValue {
        var progress = DemoProgress()
        var job: String?
        var ending: JobEnding?
        do {
            let stream = EventStream(api: api, channels: ["flow:\(flow.flowID)"])
            try await stream.read { message in
                switch message {
                case .subscribed:
                    job = try await submit()
                case .event(let event) where event.jobID == job && job != nil:
                    live.show(progress.line(after: event), isMilestone: progress.isMilestone)
                    ending = JobEnding(event)
                case .error(let code, let text):
                    throw CommandFailure(.failed, "\(code): \(text)")
                case .event, .gap, .other:
                    break
                }
                return ending == nil
            }
        } catch let loss as EventStream.Closed {
            // The result is not lost with the connection: it is asked for below.
            console.note("nova: \(loss)")
        }
        guard let job else { throw CommandFailure(.failed, "the flow was not submitted") }
        if let result = try ending?.result { return result }
        return try await poll(job)
    }

    /// - Returns: the job's id.
    private func submit() async throws -> String {
        let path = "/api/orchestration/flows/\(APIAddress.escaped(flow.flowID))/optimize"
        let answer = try await api.post(path, body: flow.body, prefer: "respond-async")
        guard let job = answer.body["job_id"]?.stringValue else {
            throw CommandFailure(.failed, "the gateway answered without a job id")
        }
        live.show("submitted", isMilestone: true)
        return job
    }

    /// For a result that was too large for its event, or whose event was lost.
    private func poll(_ job: String) async throws -> JSONValue {
        while true {
            let record = try await api.get("/api/jobs/\(APIAddress.escaped(job))")
            if let result = try JobEnding(record: record)?.result { return result }
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
