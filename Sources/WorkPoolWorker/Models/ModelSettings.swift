import ModelServers
import NovaService

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
        model = settings.string("llm.model", default: "")
        concurrency = try settings.int("llm.concurrency", default: 16, in: 1...1_000)
        modelConcurrency = try settings.int("llm.model_concurrency", default: 4, in: 1...1_000)
        probe = try settings.positive("llm.probe", default: .seconds(10))
    }
}
