import ArgumentParser
import NovaClient
import NovaContract

/// `nova jobs show`.
struct JobsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one job, and the result of an optimization as a timeline."
    )

    @Argument(help: "Id of the job.")
    var job: String

    @OptionGroup var options: APIOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let json = try await options.api().get("/api/jobs/\(NovaClient.pathSegment(job))")
        let console = Console.current
        if output.json { return console.line(json) }
        for (name, value) in JobDescription(json).lines { console.line(TextLayout.left(name, 12) + value) }
        guard let result = json["result"], result != .null else { return }
        console.line()
        guard let flow = FlowResult(json: result) else { return console.line(result) }
        let report = TimelineReport(result: flow, width: console.width, style: console.style)
        for line in report.lines { console.line(line) }
    }
}
