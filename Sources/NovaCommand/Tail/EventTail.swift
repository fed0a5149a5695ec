import NovaClient
import NovaContract

/// Prints the events of channels, over as many connections as it takes.
struct EventTail: Sendable {
    let api: NovaAPI
    let channels: [String]
    /// Everything since this event; nil: from now on.
    let after: String?
    /// Events to print; nil: no end.
    let count: Int?
    let asJSON: Bool

    /// Until all are printed, until nobody reads them any more, or until cancelled.
    ///
    /// - Throws: `CommandFailure` where the first connection fails, and whenever the gateway refuses.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await printAll() }
            // Between two events nothing is written, by which it would be noticed.
            group.addTask { await Console.current.waitUntilReaderIsGone() }
            try await group.next()
            group.cancelAll()
        }
    }

    private func printAll() async throws {
        let console = Console.current
        try await api.withEvents(channels: channels, since: after) { events in
            var left = count
            for try await message in events {
                switch message {
                case .event(let event):
                    console.line(asJSON ? event.json.description : EventLine(event).text)
                    left = left.map { $0 - 1 }
                case .gap(let after, let next):
                    console.note("nova: events are missing after \(after)\(next.map { ", the next is \($0)" } ?? "")")
                case .interrupted(let error):
                    console.note("nova: \(TextLayout.printable("\(error)")); connecting again")
                case .analytics:
                    break
                }
                if console.outputFault != nil || left == 0 { return }
            }
        }
    }
}
