import ModelServers
import NovaProcess
import NovaService
import WorkPool

/// The settings below `llm`.
struct ModelSettings {
    /// Nil: this worker runs no model agents.
    let server: ModelServerSettings?
    /// Of agents that name none; empty: the first that the server lists.
    let model: String
    /// Tasks that this process has in the hands of models at once.
    let concurrency: Int
    /// Of them, those of one model.
    let modelConcurrency: Int
    /// Between two looks whether the server is there.
    let probe: Duration

    init(_ settings: Settings) throws {
        server = try ModelServerSettings(settings)
        model = try settings[\CoordinationSettings.model]
        concurrency = try settings[\CoordinationSettings.concurrency]
        modelConcurrency = try settings[\CoordinationSettings.modelConcurrency]
        probe = try settings[\CoordinationSettings.probe]
    }
}
