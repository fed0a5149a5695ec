import AsyncPrimitives
import NovaClient
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
        try await api.withEvents(channels: ["flow:\(flow.flowID)"]) { events in
            let job = try await submit()
            var progress = DemoProgress()
            for try await message in events {
                switch message {
                case .event(let event) where event.jobID == job:
                    live.show(progress.line(after: event), isMilestone: progress.isMilestone)
                    guard let ending = JobEnding(event) else { continue }
                    if let result = try ending.result { return result }
                    // It was too large for its event.
                    return try await result(of: job)
                case .gap:
                    return try await result(of: job)
                case .interrupted(let error):
                    console.note("nova: \(error); connecting again")
                case .event, .analytics:
                    break
                }
            }
            throw CancellationError()
        }
    }

    private func result(of job: String) async throws -> JSONValue {
        try JobEnding(record: try await api.endOfJob(job))?.result ?? .null
    }

    /// - Returns: the job's id.
    private func submit() async throws -> String {
        let path = "/api/orchestration/flows/\(NovaClient.pathSegment(flow.flowID))/optimize"
        let answer = try await api.post(path, body: flow.body, prefer: .respondAsync)
        guard let job = answer.body["job_id"]?.stringValue else {
            throw CommandFailure(.failed, "the gateway answered without a job id")
        }
        live.show("submitted", isMilestone: true)
        return job
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
