import FlowPool
import KafkaClient
import NovaContract
import NovaPools
import NovaTestKit
import Testing

@testable import NovaCommand

@Suite(.timeLimit(.minutes(3)))
struct DeadLettersReplayTests {
    @Test(arguments: BrokerKind.allCases)
    func `The original goes to its topic, marked, once`(kind: BrokerKind) async throws {
        try await LetterBench.run(kind) { bench in
            let places = try await bench.bury(
                SampleLetter(offset: 5, job: "j5"),
                SampleLetter(offset: 6, job: "j6"),
                SampleLetter(offset: 5, job: "j5")
            )
            let run = await bench.nova("replay", places[0])
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.hasPrefix("\(places[0]) was sent to \(bench.prefix).optimization.commands "))
            let sent = try #require(try await bench.commands().first)
            let command = try Command(headers: sent.headersByName, payload: sent.value, catalog: NovaPools.catalog)
            #expect(command.jobID == "j5" && command.replay == "0:0")
            #expect(sent.key == Array("flow:team:professional:nightly".utf8))
            #expect(!sent.headers.contains { $0.name.hasPrefix(DeadLetter.headerPrefix) })
            #expect(try await bench.listed() == [places[1]])
            #expect(try await bench.listed("--all").count == 2)
            let all = await bench.nova("list", "--all")
            #expect(all.lines[1].contains("replayed") && all.lines[2].contains("open"))

            // By the place of its copy, too.
            for place in [places[0], places[2]] {
                let twice = await bench.nova("replay", place)
                #expect(twice.code == 0, "\(twice.errors)")
                #expect(twice.errors.contains("was replayed at") && twice.errors.contains("--again"))
            }
            #expect(try await bench.commands().count == 1)
            let again = await bench.nova("replay", places[2], "--again", "--json")
            #expect(again.code == 0, "\(again.errors)")
            let json = try JSONValue(parsing: again.output)["replayed"]?.arrayValue
            #expect(json?.compactMap { $0["letter"]?.stringValue } == [places[0]])
            let tokens = try await bench.commands().map { $0.headersByName[Command.replayHeader] }
            #expect(tokens == ["0:0", "0:0"])
        }
    }

    @Test func `A thousand letters, each key in its old order`() async throws {
        try await LetterBench.run(.embedded) { bench in
            let samples = (0..<1_000).map { number in
                SampleLetter(offset: Int64(number), job: "j\(number)", flow: "f\(number % 7)", diedAt: Int64(number))
            }
            try await bench.bury(samples)
            #expect(try await bench.listed() == (0..<1_000).map { "optimization/0:\($0)" })
            let run = await bench.nova("replay", "--error", "SERVICE_ERROR")
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.lines.count == 1_000 && run.errors.contains("1000 dead letters were replayed"))
            #expect(try await bench.listed() == [])

            var jobs: [String: [String]] = [:]
            for message in try await bench.commands() {
                let headers = message.headersByName
                jobs[headers["ce_subject"] ?? "", default: []].append(headers["ce_id"] ?? "")
            }
            let wanted = Dictionary(grouping: samples, by: \.flow).mapValues { $0.map(\.job) }
            #expect(jobs == wanted)
            let none = await bench.nova("replay", "--all-matching")
            #expect(none.code == 0 && none.errors.contains("No dead letter to replay"))
        }
    }

    @Test func `A record that was no command is replayed as it was; a stranger's is not`() async throws {
        try await LetterBench.run(.embedded) { bench in
            let value: [UInt8] = [0xFF, 0x00]
            _ = try await bench.producer.send(SampleLetter.undecodable(prefix: bench.prefix, offset: 1, value: value))
            let topic = bench.names.deadLetters(.optimization)
            _ = try await bench.producer.send(KafkaRecord(topic: topic, key: nil, value: value))
            let refused = await bench.nova("replay", "optimization/0:0", "optimization/0:1")
            #expect(refused.code == 1 && refused.errors.contains("optimization/0:1 is no dead letter"))
            #expect(try await bench.commands().isEmpty, "nothing is sent where one is wrong")
            let run = await bench.nova("replay", "--all-matching")
            #expect(run.code == 0, "\(run.errors)")
            let sent = try await bench.commands()
            #expect(sent.map(\.value) == [value])
            #expect(sent.first?.headers == [KafkaHeader(Command.replayHeader, "0:0")])
            #expect(try await bench.listed() == ["optimization/0:1"])
        }
    }

    @Test func `A letter whose place is wrong, or whose topic is gone, sends nothing`() async throws {
        try await LetterBench.run(.embedded) { bench in
            let places = try await bench.bury(SampleLetter(), SampleLetter(pool: .optimization, offset: 1))
            let wrong = await bench.nova("replay", places[0], "optimization/0:77")
            #expect(wrong.code == 1 && wrong.errors.contains("optimization/0:77"))
            var gone = SampleLetter(offset: 2)
            gone.prefix = "elsewhere"
            let record = KafkaRecord(
                topic: bench.names.deadLetters(.optimization),
                key: nil,
                value: gone.value,
                headers: gone.headers
            )
            _ = try await bench.producer.send(record)
            let lost = await bench.nova("replay", "--all-matching")
            #expect(lost.code == 1 && lost.errors.contains("elsewhere.optimization.commands, which is gone"))
            #expect(try await bench.commands().isEmpty)
        }
    }

    @Test func `Where Kafka refuses, what was not replayed stays listed, and a second run goes on`() async throws {
        try await LetterBench.run(.embedded) { bench in
            let places = try await bench.bury(SampleLetter(offset: 0, job: "a"), SampleLetter(offset: 1, job: "b"))
            // To the next produce request: not authorized for this topic.
            try await bench.broker.order("errors 0 29 1")
            let refused = await bench.nova("replay", places[0], places[1])
            #expect(refused.code == 1, "\(refused.errors)")
            #expect(refused.errors.contains("0 of 2 dead letters were replayed"))
            #expect(try await bench.listed() == places)
            let second = await bench.nova("replay", places[0], places[1])
            #expect(second.code == 0, "\(second.errors)")
            #expect(try await bench.commands().map { $0.headersByName["ce_id"] } == ["a", "b"])
        }
    }

    @Test func `A letter that was sent but not marked is sent again under the same name`() async throws {
        try await LetterBench.run(.embedded) { bench in
            let places = try await bench.bury(SampleLetter(job: "a"))
            // The first produce request is taken, the second is not.
            try await bench.broker.order("errors 0 0 1")
            try await bench.broker.order("errors 0 29 1")
            let half = await bench.nova("replay", places[0])
            #expect(half.code == 1, "\(half.errors)")
            #expect(half.errors.contains("sent, but not marked"))
            #expect(try await bench.listed() == places)
            let second = await bench.nova("replay", places[0])
            #expect(second.code == 0, "\(second.errors)")
            let tokens = try await bench.commands().map { $0.headersByName[Command.replayHeader] }
            #expect(tokens == ["0:0", "0:0"])
            #expect(try await bench.listed() == [])
        }
    }
}
