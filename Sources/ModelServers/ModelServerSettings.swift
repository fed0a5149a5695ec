package import LLMClient
package import NovaService
package import NovaStore
import RedisClient

/// The settings below `llm` that say which server speaks for models, and how it is asked.
package struct ModelServerSettings: Sendable {
    package let configuration: LLMConfiguration
    /// Requests to one model in a minute, by all workers; 0: any number.
    package let rate: Int

    /// Nil where the server is `off`.
    package init?(_ settings: Settings) throws {
        let url = settings.string("llm.base_url", default: "http://localhost:1234/v1")
        let key = try settings.secret("llm.api_key")
        let idle = try settings.positive("llm.idle_timeout", default: .seconds(60))
        let attempts = try settings.int("llm.attempts", default: 4, in: 1...20)
        let failures = try settings.int("llm.breaker_failures", default: 8, in: 1...1_000)
        let pause = try settings.positive("llm.breaker_pause", default: .seconds(5))
        rate = try settings.int("llm.model_rate", default: 0, in: 0...1_000_000)
        guard url != "off" else { return nil }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            let fault = SettingsError(
                key: "llm.base_url",
                value: url,
                source: "settings",
                problem: "must be an http or https URL, or off"
            )
            try settings.refused(fault, ())
            return nil
        }
        configuration = LLMConfiguration(
            baseURL: url.hasSuffix("/") ? String(url.dropLast()) : url,
            apiKey: key,
            idleTimeout: idle,
            attempts: attempts,
            breakerFailures: failures,
            breakerPause: pause
        )
    }

    /// To be closed by whoever asked for it.
    package func client(_ store: Store) -> LLMClient {
        let rate = rate
        return LLMClient(configuration) { model in
            guard rate > 0 else { return .zero }
            do {
                return try await store.modelRates.take(model, limit: rate)
            } catch let error as RedisError where error.isRetriable {
                // Asked again: the model has nothing to do with it.
                return .seconds(1)
            }
        }
    }
}
