/// Redis's own benchmark.
struct RedisBenchmark {
    struct Load {
        let connections: Int
        let pipeline: Int

        var title: String { "-c \(connections) -P \(pipeline)" }

        /// About a second's.
        func count(of work: RedisWork) -> Int {
            switch (work, pipeline, connections) {
            case (_, 1, 1): 15_000
            case (_, 1, _): 60_000
            case (.get, _, _): 1_000_000
            case (.slidingWindow, _, _): 120_000
            }
        }
    }

    let port: Int

    /// - Parameter keys: how many different numbers it puts into keys.
    /// - Returns: requests per second.
    func run(_ work: RedisWork, _ load: Load, keys: Int) async throws -> Double {
        let options = [
            "-h", "127.0.0.1", "-p", String(port), "-c", String(load.connections), "-P", String(load.pipeline),
            "-n", String(load.count(of: work)), "-r", String(keys), "--csv",
        ]
        let lines = try await Tool.lines("redis-benchmark", options + work.arguments)
        // A header, then one line: the name, the rate, latencies; each in quotes. The name may hold commas.
        let columns = lines.last?.components(betweenQuotes: "\"") ?? []
        guard columns.count > 1, let rate = Double(columns[1]) else {
            throw BenchError("redis-benchmark \(load.title): \(lines)")
        }
        return rate
    }
}

extension String {
    /// What stands between the first and the second quote, the third and the fourth, and so on.
    fileprivate func components(betweenQuotes quote: Character) -> [String] {
        split(separator: quote, omittingEmptySubsequences: false).enumerated().compactMap { index, part in
            index % 2 == 1 ? String(part) : nil
        }
    }
}
