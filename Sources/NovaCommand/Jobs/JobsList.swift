import ArgumentParser
import FlowPool
import NovaContract

/// `nova jobs list`.
struct JobsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the jobs of the key's owner, newest first."
    )

    @Option(name: .long, help: "Only those: \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var status: JobState?

    @Option(name: .long, help: "Only this type, such as \(CommandKind.optimizeFlow.name).")
    var type: String?

    @Option(name: .long, help: "Only jobs about this, such as the id of a flow.")
    var subject: String?

    @Option(name: .long, help: "Only this domain.")
    var domain: String?

    @Option(name: .long, help: "Jobs at most, 1 to 200.")
    var limit = 50

    @Option(name: .long, help: "Go on from here: next_cursor of the list before.")
    var cursor: String?

    @OptionGroup var options: APIOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...200).contains(limit) else {
            throw ValidationError("--limit must be a whole number from 1 to 200, not \(limit)")
        }
    }

    /// What selects jobs, as parameters of the query and as options.
    private var filters: [(name: String, value: String?)] {
        [
            ("status", status?.rawValue), ("type", type), ("subject", subject), ("domain", domain),
            ("limit", String(limit)),
        ]
    }

    func run() async throws {
        let page = try await options.api().get("/api/jobs", query: filters + [(name: "cursor", value: cursor)])
        let console = Console.current
        if output.json { return console.line(page) }
        let jobs = page["jobs"]?.arrayValue ?? []
        if jobs.isEmpty { console.note("No such job.") }
        var table = TextTable("JOB", "STATUS", "TYPE", "SUBJECT", "DOMAIN", "CREATED", "PROGRESS")
        for job in jobs.map(JobDescription.init) {
            table.add(job.id, job.status, job.type, job.subject, job.domain, job.createdAt, job.progress)
        }
        if !jobs.isEmpty { for line in table.lines { console.line(line) } }
        if let next = page["next_cursor"]?.stringValue {
            let more = ShellText.command(
                ["nova", "jobs", "list"],
                options: filters + [("cursor", next), ("url", options.url)]
            )
            console.note("More: \(more)")
        }
    }
}

extension JobState: ExpressibleByArgument {}
