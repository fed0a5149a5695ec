import ArgumentParser
import NovaContract

/// `nova tail`.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Prints events as they happen, each once and in order.",
        discussion: """
            Connects again after a loss and goes on where it was; a gap, where the log no longer reaches back, is told \
            on standard error. Ends with Ctrl-C, after --count events, or when nobody reads \
            them any more (`nova tail | head -1`).
            """
    )

    @Option(name: .long, help: "jobs, job:ID, flow:ID, …; may be given again. Where it is not: all jobs of the owner.")
    var channel: [String] = []

    @Option(name: .long, help: "Begin with the event behind this one, as far as the log reaches back.")
    var after: String?

    @Option(name: .long, help: "End after so many events.")
    var count: Int?

    @OptionGroup var options: APIOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        for name in channel {
            if let fault = Channel.fault(name) { throw ValidationError("--channel \(name): \(fault)") }
        }
        if let after, EventID(after) == nil {
            throw ValidationError("--after must be the id of an event, such as 1732480000000-1732479000007")
        }
        if let count, count < 1 { throw ValidationError("--count must be at least 1, not \(count)") }
    }

    func run() async throws {
        let tail = EventTail(
            api: try options.api(),
            channels: channel.isEmpty ? [Channel.jobs] : channel,
            after: after,
            count: count,
            asJSON: output.json
        )
        try await tail.run()
    }
}
