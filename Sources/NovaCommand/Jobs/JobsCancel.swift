import ArgumentParser
import NovaClient
import NovaContract

/// `nova jobs cancel`.
struct JobsCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancels a job: at once while it is queued, as soon as its worker hears of it when it runs."
    )

    @Argument(help: "Id of the job.")
    var job: String

    @OptionGroup var options: APIOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let answer = try await options.api().delete("/api/jobs/\(NovaClient.pathSegment(job))")
        let console = Console.current
        if output.json { return console.line(answer.body) }
        let status = answer.body["status"]?.stringValue ?? "cancelled"
        console.line(status == "cancelling" ? "The worker is told to stop; see `nova jobs show`." : "Cancelled.")
    }
}
