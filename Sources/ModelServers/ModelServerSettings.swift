package import LLMClient
import NovaProcess
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
        let url = try settings[\LLMSettings.baseURL]
        let key = try settings[\LLMSettings.apiKey]
        let idle = try settings[\LLMSettings.idleTimeout]
        let attempts = try settings[\LLMSettings.attempts]
        let failures = try settings[\LLMSettings.breakerFailures]
        let pause = try settings[\LLMSettings.breakerPause]
        rate = try settings[\LLMSettings.modelRate]
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
