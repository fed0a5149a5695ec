import NovaContract
package import NovaService

/// Which server speaks for models, and how it is asked.
package struct LLMSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.worker("coordination"), .worker("memory")]
    package static let heading = """
        The server of models: of agents of kind model, and of the model that consolidates memories. Any that speaks OpenAI's \
        API will do (LM Studio, llama.cpp, vLLM, Ollama, OpenAI).
        """

    package let baseURL = Setting.text(
        "llm.base_url",
        default: "http://localhost:1234/v1",
        """
        Its URL, with the version of the API. off: this worker runs no model agents. Where nobody answers, they rest and are \
        shown as offline.
        """
    )
    package let apiKey = Setting.secret("llm.api_key", "Sent to it as a bearer token.")
    package let modelRate = Setting.integer(
        "llm.model_rate",
        default: 0,
        in: 0...1_000_000,
        "Requests to one model in any 60 s, by all workers together. 0: any number."
    )
    package let attempts = Setting.integer(
        "llm.attempts",
        default: 4,
        in: 1...20,
        """
        Requests for one answer, where the server limits, fails or answers nonsense; Retry-After is waited for.
        """
    )
    package let idleTimeout = Setting.positive(
        "llm.idle_timeout",
        default: .seconds(60),
        "Silence after which a request is given up on."
    )
    package let breakerFailures = Setting.integer(
        "llm.breaker_failures",
        default: 8,
        in: 1...1_000,
        "Failures in a row after which the server is left alone."
    )
    package let breakerPause = Setting.positive(
        "llm.breaker_pause",
        default: .seconds(5),
        "For how long it is left alone at first; doubles up to 60 s."
    )
}
