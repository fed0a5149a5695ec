/// One Idempotency-Key is one job, and only faults are answered with errors.
enum AnswerRule {
    /// Refusals that a fault can bring about; a client repeats the request.
    private static let temporary: Set<Int> = [429, 502, 503, 504]

    static func violations(_ facts: CheckedFacts) -> [Violation] {
        facts.sent.values.sorted { $0.id < $1.id }.flatMap { command in
            let answers = facts.answers[command.id] ?? []
            return jobs(command, answers) + answers.compactMap { unexpected(command, $0) }
        }
    }

    private static func jobs(_ command: SentCommand, _ answers: [CommandAnswer]) -> [Violation] {
        let jobs = Set(answers.filter(\.isAcknowledgement).compactMap(\.jobID))
        guard jobs.count > 1 else { return [] }
        return [Violation(.duplicated, "\(command.words) became \(jobs.count) jobs: \(jobs.sorted())")]
    }

    private static func unexpected(_ command: SentCommand, _ answer: CommandAnswer) -> Violation? {
        guard let status = answer.status else { return nil }
        if answer.isAcknowledgement {
            guard answer.jobID == nil else { return nil }
            return Violation(.unexpectedAnswer, "\(command.words): \(status) without a job_id")
        }
        // What the worker refuses is answered so to those who wait.
        if temporary.contains(status) || command.kind == .invalid && status == 400 { return nil }
        return Violation(.unexpectedAnswer, "\(command.words): \(status) \(answer.code ?? "") from \(answer.gateway)")
    }
}

extension SentCommand {
    /// For messages.
    var words: String { "command \(id) (\(kind.rawValue) of \(flowID), Idempotency-Key \(idempotencyKey))" }
}
