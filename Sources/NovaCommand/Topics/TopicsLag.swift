import ArgumentParser
import KafkaClient
import NovaContract
import NovaPools

/// `nova topics lag`.
struct TopicsLag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lag",
        abstract: "Shows how many commands the workers of a pool have yet to finish, by partition."
    )

    @Argument(help: "Pools; where none is named, all whose topic exists.")
    var pools: [Pool] = []

    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var output: OutputOptions

    private struct PoolLag {
        let pool: Pool
        let topic: String
        let partitions: [KafkaPartitionLag]
        var total: Int64 { partitions.reduce(0) { $0 + $1.lag } }
    }

    func run() async throws {
        let lags = try await kafka.withAdmin { admin, names, _ in
            let existing = Set(try await admin.listTopics())
            let wanted = pools.isEmpty ? NovaPools.all.filter { existing.contains(names.commands($0)) } : pools
            var lags: [PoolLag] = []
            for pool in wanted {
                let topic = names.commands(pool)
                guard existing.contains(topic) else {
                    throw CommandFailure(
                        .failed,
                        "there is no topic \(topic): make it by `nova topics create \(pool.name)`"
                    )
                }
                let partitions = try await admin.lag(group: names.group(pool), topic: topic)
                lags.append(PoolLag(pool: pool, topic: topic, partitions: partitions))
            }
            return lags
        }
        output.json ? Console.current.line(Self.json(lags)) : Self.print(lags)
    }

    private static func print(_ lags: [PoolLag]) {
        let console = Console.current
        guard !lags.isEmpty else { return console.note("There is no topic of Nova. Make them: nova topics create") }
        var table = TextTable("POOL", "PARTITION", "COMMITTED", "END", "LAG")
        for lag in lags {
            for place in lag.partitions {
                let committed = place.committed.map { "\($0)" } ?? "-"
                table.add(lag.pool.name, "\(place.partition)", committed, "\(place.end)", "\(place.lag)")
            }
            table.add(lag.pool.name, "all", "", "", "\(lag.total)")
        }
        for line in table.lines { console.line(line) }
    }

    private static func json(_ lags: [PoolLag]) -> JSONValue {
        let pools = lags.map { lag -> JSONValue in
            let partitions = lag.partitions.map { place -> JSONValue in
                [
                    "partition": .integer(Int64(place.partition)),
                    "committed": place.committed.map { .integer($0) } ?? .null,
                    "end": .integer(place.end), "lag": .integer(place.lag),
                ]
            }
            return [
                "pool": .string(lag.pool.name), "topic": .string(lag.topic), "lag": .integer(lag.total),
                "partitions": .array(partitions),
            ]
        }
        return ["pools": .array(pools)]
    }
}
