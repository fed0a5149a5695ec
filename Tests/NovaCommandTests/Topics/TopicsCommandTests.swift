import FlowPool
import NovaContract
import NovaTestKit
import Testing

@testable import NovaCommand

@Suite(.timeLimit(.minutes(2)))
struct TopicsCommandTests {
    @Test func `Topics are listed with their partitions, and the lag of each pool`() async throws {
        try await withBroker(.embedded) { broker in
            try await broker.order("topic own.optimization.commands 3")
            try await broker.order("topic other.optimization.commands 2")
            let environment = ["NOVA_KAFKA_BROKERS": broker.bootstrapServers, "NOVA_PREFIX": "own"]

            let list = await CommandRun.nova(["topics", "list"], environment: environment)
            #expect(list.code == 0, "\(list.errors)")
            #expect(list.lines.count == 2)
            #expect(list.lines.last?.split(separator: " ") == ["own.optimization.commands", "3", "3", "ok"])
            let all = await CommandRun.nova(["topics", "list", "--all", "--json"], environment: environment)
            let names = try JSONValue(parsing: all.output)["topics"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
            #expect(names == ["other.optimization.commands", "own.optimization.commands"])

            let lag = await CommandRun.nova(["topics", "lag", "--json"], environment: environment)
            #expect(lag.code == 0, "\(lag.errors)")
            let pools = try JSONValue(parsing: lag.output)["pools"]?.arrayValue
            #expect(pools?.count == 1)
            #expect(pools?.first?["lag"] == 0 && pools?.first?["partitions"]?.arrayValue?.count == 3)
            let text = await CommandRun.nova(["topics", "lag", "optimization"], environment: environment)
            #expect(text.lines.count == 5)

            let missing = await CommandRun.nova(["topics", "lag", "memory"], environment: environment)
            #expect(missing.code == 1)
            #expect(missing.errors.contains("nova topics create memory"))
        }
    }

    @Test func `Topics are made once`() async throws {
        try await withBroker(.noida) { broker in
            let environment = ["NOVA_KAFKA_BROKERS": broker.bootstrapServers, "NOVA_PREFIX": "made"]
            let create = ["topics", "create", "optimization", "--partitions", "2"]
            let first = await CommandRun.nova(create, environment: environment)
            #expect(first.code == 0, "\(first.errors)")
            #expect(first.output.contains("created"))
            let second = await CommandRun.nova(create, environment: environment)
            #expect(second.code == 0, "\(second.errors)")
            #expect(second.output.contains("was there already"))
            let list = await CommandRun.nova(["topics", "list"], environment: environment)
            #expect(list.output.contains("made.optimization.commands"))
        }
    }

    @Test func `Kafka that refuses a topic is an error`() async throws {
        // The embedded cluster has no request to make topics.
        try await withBroker(.embedded) { broker in
            let run = await CommandRun.nova("topics", "create", "--brokers", broker.bootstrapServers)
            #expect(run.code != 0)
            #expect(!run.errors.isEmpty)
        }
    }

    @Test func `A wrong property of librdkafka ends with 78`() async {
        let run = await CommandRun.nova(["topics", "list"], environment: ["NOVA_KAFKA_PROPERTIES": "no.such.thing=1"])
        #expect(run.code == 78)
        #expect(run.errors.contains("no.such.thing"))
    }
}
