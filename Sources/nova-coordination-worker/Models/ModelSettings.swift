import LLMClient
import NovaService

/// The settings below `llm`.
struct ModelSettings {
    /// Nil: this worker runs no model agents.
    let client: LLMConfiguration?
    /// Of agents that name none; empty: the first that the server lists.
    let model: String
    /// Tasks that this process has in the hands of models at once.
    let concurrency: Int
    /// Of them, those of one model.
    let modelConcurrency: Int
    /// Requests to one model in a minute, by all workers; 0: any number.
    let modelRate: Int
    /// Between two looks whether the server is there.
    let probe: Duration

    init(_ settings: Settings) throws {
        let url = settings.string("llm.base_url", default: "http://localhost:1234/v1")
        let key = try settings.secret("llm.api_key")
        let idle = try settings.positive("llm.idle_timeout", default: .seconds(60))
        let attempts = try settings.int("llm.attempts", default: 4, in: 1...20)
        let failures = try settings.int("llm.breaker_failures", default: 8, in: 1...1_000)
        let pause = try settings.positive("llm.breaker_pause", default: .seconds(5))
        model = settings.string("llm.model", default: "")
        concurrency = try settings.int("llm.concurrency", default: 16, in: 1...1_000)
        modelConcurrency = try settings.int("llm.model_concurrency", default: 4, in: 1...1_000)
        modelRate = try settings.int("llm.model_rate", default: 0, in: 0...1_000_000)
        probe = try settings.positive("llm.probe", default: .seconds(10))
        guard url != "off" else {
            client = nil
            return
        }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw SettingsError(
                key: "llm.base_url",
                value: url,
                source: "settings",
                problem: "must be an http or https URL, or off"
            )
        }
        client = LLMConfiguration(
            baseURL: url.hasSuffix("/") ? String(url.dropLast()) : url,
            apiKey: key,
            idleTimeout: idle,
            attempts: attempts,
            breakerFailures: failures,
            breakerPause: pause
        )
    }
}
