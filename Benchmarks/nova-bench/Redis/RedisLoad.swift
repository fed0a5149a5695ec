/// How many tasks ask at once, and what `redis-benchmark` is to do for comparison.
struct RedisLoad {
    let tasks: Int
    private let gets: Int
    private let scripts: Int
    let comparisons: [RedisBenchmark.Load]

    /// About a second each, on a machine with two cores.
    static let all = [
        RedisLoad(tasks: 1, gets: 12_000, scripts: 10_000, comparisons: [.init(connections: 1, pipeline: 1)]),
        RedisLoad(
            tasks: 64,
            gets: 250_000,
            scripts: 100_000,
            comparisons: [.init(connections: 64, pipeline: 1), .init(connections: 2, pipeline: 32)]
        ),
        RedisLoad(
            tasks: 512,
            gets: 500_000,
            scripts: 120_000,
            comparisons: [.init(connections: 512, pipeline: 1), .init(connections: 2, pipeline: 256)]
        ),
    ]

    func count(of work: RedisWork) -> Int {
        switch work {
        case .get: gets
        case .slidingWindow: scripts
        }
    }
}
