import AsyncPrimitives
import NovaContract

/// Prints the events of a stream, over as many connections as it takes.
struct EventTail: Sendable {
    var stream: EventStream
    /// Events to print; nil: no end.
    let count: Int?
    let asJSON: Bool
    private var printed = 0
    /// Losses since the last message.
    private var losses = 0

    init(stream: EventStream, count: Int?, asJSON: Bool) {
        self.stream = stream
        self.count = count
        self.asJSON = asJSON
    }

    /// Until all are printed, until nobody reads them any more, or until cancelled.
    ///
    /// - Throws: `CommandFailure` where the first connection fails, and whenever the gateway refuses.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var tail = self
                try await tail.printAll()
            }
            // Between two events nothing is written, by which it would be noticed.
            group.addTask { await Console.current.waitUntilReaderIsGone() }
            try await group.next()
            group.cancelAll()
        }
    }

    private mutating func printAll() async throws {
        var wasConnected = false
        while true {
            do {
                try await stream.read { message in
                    wasConnected = true
                    return try show(message)
                }
                return
            } catch let loss as EventStream.Closed where loss.code != 1008 {
                await pause(loss)
            } catch let failure as CommandFailure where failure.kind == .unavailable && wasConnected {
                await pause(failure)
            } catch let closed as EventStream.Closed {
                throw CommandFailure(.refused, "the gateway ended the connection: \(closed.reason)")
            }
            try Task.checkCancellation()
        }
    }

    private mutating func pause(_ loss: any Error) async {
        losses += 1
        Console.current.note("nova: \(loss); connecting again")
        // Cancelled, it wakes at once, and the caller looks.
        do { try await Task.sleep(for: ExponentialBackoff.eventStream.delay(after: losses)) } catch { return }
    }

    private mutating func show(_ message: ServerMessage) throws -> Bool {
        losses = 0
        let console = Console.current
        switch message {
        case .subscribed(let lastID):
            // Without it, what happens before the first event would be lost with the connection.
            if stream.after == nil, !lastID.isEmpty { stream.after = lastID }
        case .event(let event):
            console.line(asJSON ? event.text : EventLine(event).text)
            stream.after = event.id
            printed += 1
        case .gap(let after, let next):
            console.note("nova: events are missing after \(after)\(next.map { ", the next is \($0)" } ?? "")")
        case .error("AUTHENTICATION_ERROR", let text), .error("PERMISSION_DENIED", let text):
            throw CommandFailure(.refused, text)
        case .error(let code, let text):
            throw CommandFailure(code == "SERVICE_UNAVAILABLE" ? .unavailable : .failed, "\(code): \(text)")
        case .other:
            break
        }
        return console.outputFault == nil && (count.map { printed < $0 } ?? true)
    }
}

extension ExponentialBackoff {
    /// Before a lost stream of events is connected again: up to 500 ms at first and 15 s at last.
    fileprivate static let eventStream = ExponentialBackoff(
        first: .milliseconds(500),
        maximum: .seconds(15),
        jitter: 0.5...1
    )
}
