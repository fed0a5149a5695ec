import FlowPool
import NovaContract
import NovaStore

/// Commands, keys and budgets as the tests need them.
enum Sample {
    static let budget = Budget(name: "default", limit: 1_000, window: .seconds(60))

    static func key(
        owner: String = "alice",
        id: String = UUIDv7.make(),
        secret: String = APIKeySecret.make(),
        isConfigured: Bool = false,
        origin: String? = nil
    ) -> APIKey {
        APIKey(
            id: id,
            hash: APIKeySecret.hash(secret),
            name: "key of \(owner)",
            owner: owner,
            permissions: [Permission(.read), Permission(.write, area: "flows")],
            domains: ["professional"],
            defaultDomain: "professional",
            limit: 100,
            window: 60,
            createdAt: 1_000,
            isConfigured: isConfigured || origin != nil,
            origin: origin
        )
    }

    static func command(
        jobID: String = UUIDv7.make(),
        entity: String = "nightly",
        owner: String = "alice",
        createdAt: Int64 = 1_700_000_000_000,
        replyTo: String = "",
        deadline: Int64? = nil,
        replay: String = ""
    ) -> Command {
        Command(
            jobID: jobID,
            kind: .optimizeFlow,
            entityID: entity,
            owner: owner,
            domain: "professional",
            keyID: "key",
            requestID: "request",
            createdAt: createdAt,
            replyTo: replyTo,
            deadline: deadline,
            replay: replay,
            payload: Array("{}".utf8)
        )
    }

    static func completion(_ result: JSONValue = ["answer": 42]) -> Completion {
        Completion(
            state: .completed,
            result: result,
            error: nil,
            handling: .milliseconds(12),
            queued: .milliseconds(3)
        )
    }

    static func failure(_ message: String = "too bad") -> Completion {
        let error = NovaError(.infeasible, message)
        return Completion(state: .failed, result: nil, error: error, handling: .milliseconds(5), queued: .zero)
    }
}

extension Store {
    /// Begins an attempt as workers do, a suspect's alone; throws where the job is not to be run.
    @discardableResult
    func begin(_ command: Command, worker: String = "w", run: String = "r", most: Int = .max) async throws -> JobAttempt
    {
        var verdict = try await jobs.start(command, worker: worker, run: run, mostAttempts: most)
        if case .suspect = verdict {
            verdict = try await jobs.start(command, worker: worker, run: run, isAlone: true, mostAttempts: most)
        }
        guard case .run(let attempt) = verdict else { throw NotBegun(verdict: verdict) }
        return attempt
    }

    struct NotBegun: Error { let verdict: StartVerdict }

    /// Admits the command with the sample budget.
    @discardableResult
    func admit(_ command: Command, _ idempotency: IdempotencyClaim? = nil) async throws -> Admission {
        try await admission.admit(
            command,
            budget: Sample.budget,
            key: Sample.key(owner: command.owner),
            idempotency: idempotency
        )
    }
}
