/// What one run of load gave.
struct LoadFigures: Sendable {
    let perSecond: Double
    let p50: Duration
    let p99: Duration

    static func median(_ rounds: [LoadFigures]) -> LoadFigures {
        LoadFigures(
            perSecond: rounds.map(\.perSecond).median ?? 0,
            p50: rounds.map(\.p50).median ?? .zero,
            p99: rounds.map(\.p99).median ?? .zero
        )
    }
}

/// Load by `wrk -t1 -c64`, on the same cores as the server.
struct Wrk {
    let script: String
    let seconds: Int

    /// - Throws: `BenchError` where any answer was an error or any connection broke.
    func run(port: Int) async throws -> LoadFigures {
        let arguments = ["-t1", "-c64", "-s", script, "http://127.0.0.1:\(port)"]
        _ = try await Tool.lines("wrk", ["-d1s"] + arguments + [NovaServer.apiKey])
        let lines = try await Tool.lines("wrk", ["-d\(seconds)s"] + arguments + [NovaServer.apiKey])
        let numbers = lines.last { $0.hasPrefix("result ") }?.split(separator: " ").dropFirst().compactMap {
            Double($0)
        }
        guard let numbers, numbers.count == 6, numbers[1] > 0 else { throw BenchError("wrk: \(lines)") }
        guard numbers[4] == 0, numbers[5] == 0 else {
            throw BenchError("\(numbers[4]) answers were errors, \(numbers[5]) connections failed: \(lines)")
        }
        return LoadFigures(
            perSecond: numbers[0] / numbers[1] * 1e6,
            p50: .microseconds(numbers[2]),
            p99: .microseconds(numbers[3])
        )
    }
}
