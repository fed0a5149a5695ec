import AgentRuntime
import LLMClient
import Memory
import NovaContract
import ServiceLifecycle

/// The model that reads memories and tells what is to be kept of them.
///
/// A service, so that its connections are closed in the end.
struct ConsolidationModel: Service {
    let client: LLMClient
    let name: String
    private let profile: ModelProfile

    /// Of one batch: tokens and seconds.
    private static let budget: JSONValue = ["tokens": 50_000, "seconds": 240, "turns": 3, "repairs": 2]

    init(client: LLMClient, name: String) throws {
        self.client = client
        self.name = name
        var validator = Validator()
        profile = ModelProfile(
            [
                "model": ["name": .string(name), "temperature": 0], "instructions": .string(ModelReading.instructions),
                "output": ModelReading.schema, "budget": Self.budget,
            ],
            &validator
        )
        try validator.finish()
    }

    func run() async throws {
        // Returns at the graceful shutdown, or where the process ends without one.
        do { try await gracefulShutdown() } catch is CancellationError {}
        try await client.close()
    }

    /// - Throws: `NovaError` where no answer came that can be used.
    func read(_ batch: ModelReading.Batch) async throws -> ModelReading {
        let prompt = AgentPrompt(
            agentID: "memory",
            profile: profile,
            type: "consolidate",
            parameters: ["instruction": .string(batch.text)]
        )
        let run = AgentRun(client: client, tool: { _ in "" }, hear: { _ in })
        switch try await run.run(Conversation(prompt, profile: profile, model: name)).disposition {
        case .done(let answer): return ModelReading(answer, of: batch)
        case .failed(let code, let message, let retry):
            throw NovaError(
                retry ? .serviceUnavailable : .serviceError,
                "the model did not tell what to keep: \(message) (\(code))",
                retryAfter: retry ? 5 : nil
            )
        case .handedBack:
            throw NovaError(.serviceUnavailable, "the model's server is left alone after failures", retryAfter: 5)
        }
    }
}
