/// How much a workload sends, and of what.
package struct LoadShape: Sendable {
    /// Each sends one command after the other, on flows that only it changes.
    package var writers = 4
    package var flowsPerWriter = 3
    /// Between two commands of one writer, so that faults are not drowned by the load itself.
    package var pause: Duration = .milliseconds(30)
    /// Of one writer, at most.
    package var maximumCommands = Int.max
    /// Commands that each writer still sends when it is told to stop: what was healed has to work.
    package var lastCommands = 3
    /// Of a hundred commands, those that delete a flow, optimize one, are refused by the worker; the rest store a flow.
    package var deletes = 8
    package var optimizations = 4
    package var invalid = 3
    /// Of a hundred commands, optimizations that take ``hardSeconds``.
    package var hard = 0
    package var hardSeconds = 3
    /// Of a hundred commands, those whose client waits for the result.
    package var waiting = 20
    /// How long one command is repeated before its writer gives it up.
    package var patience: Duration = .seconds(60)
    /// How long a request may take beyond what it asked to wait.
    package var requestTimeout: Duration = .seconds(5)

    package init() {}
}
