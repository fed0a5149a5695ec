/// What holds for all tasks, and must be the same in every process.
package struct WorkRules: Sendable, Equatable {
    /// What a step of priority is worth of waiting.
    package var ageing: Duration = .seconds(60)
    /// Leases that may run out over one task before it fails.
    package var losses = 10

    package init() {}
}
