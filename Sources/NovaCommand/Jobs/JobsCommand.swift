import ArgumentParser

/// `nova jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Lists, shows and cancels jobs, over a gateway.",
        subcommands: [JobsList.self, JobsShow.self, JobsCancel.self]
    )
}
