import CrashKit

/// Runs `body`, and says every ten seconds how far the load is.
func withProgress(of history: History, _ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
            try await body()
            return true
        }
        group.addTask {
            while true {
                try await Task.sleep(for: .seconds(10))
                let record = history.record
                let taken = Set(record.answers.filter(\.isAcknowledgement).map(\.command)).count
                say("\(history.now / 1_000) s: \(taken) of \(record.sent.count) commands acknowledged")
            }
        }
        defer { group.cancelAll() }
        while let isBody = try await group.next(), !isBody {}
    }
}
