import NovaContract
package import NovaService

/// The coordination pool's own.
package struct CoordinationSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.worker("coordination")]

    package let tick = Setting.positive(
        "tasks.tick",
        default: .milliseconds(250),
        "How often it is looked what is due: leases, deadlines, next attempts, assignment."
    )
    package let model = Setting.text(
        "llm.model",
        default: "",
        "The model of agents that name none. Empty: the first that the server lists."
    )
    package let concurrency = Setting.integer(
        "llm.concurrency",
        default: 16,
        in: 1...1_000,
        "Tasks that this worker has in the hands of models at once."
    )
    package let modelConcurrency = Setting.integer(
        "llm.model_concurrency",
        default: 4,
        in: 1...1_000,
        "Of them, those of one model."
    )
    package let probe = Setting.positive(
        "llm.probe",
        default: .seconds(10),
        "How often it is looked whether the server is there."
    )
}
