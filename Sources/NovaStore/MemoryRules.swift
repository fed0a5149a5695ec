/// How memories fade: the same in every worker.
package struct MemoryRules: Sendable, Equatable {
    /// After which an episodic memory is half as important; zero: none fades.
    package var halfLife: Duration = .seconds(15_552_000)
    /// Importance below which an episodic memory goes into the archive, though never before a half-life is over.
    package var archiveBelow = 0.02

    package init() {}
}
