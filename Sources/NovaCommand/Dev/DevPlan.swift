/// What `nova dev` is to start.
struct DevPlan: Sendable {
    /// 0: any that is free.
    let port: Int
    let programs: SiblingPrograms
    let configuration: ConfigDirectory
    /// Nil: none is submitted.
    let demo: SampleFlow?
    let isVerbose: Bool
}
