import FlowPool
import KafkaClient
import NovaContract
import NovaTestKit
import Testing

@testable import NovaCommand

@Suite(.timeLimit(.minutes(3)))
struct DeadLettersListTests {
    @Test func `Letters are listed once each, oldest first, filtered, and shown with everything`() async throws {
        try await LetterBench.run(.embedded) { bench in
            let pointer = JSONPointer("/parameters/seed")
            let places = try await bench.bury(
                SampleLetter(offset: 5, code: .infeasible, message: "No schedule fits", job: "j5", diedAt: 3_000),
                SampleLetter(
                    offset: 6,
                    code: .validationError,
                    details: [.init(pointer, "not a number")],
                    job: "j6",
                    flow: "other",
                    diedAt: 2_000
                ),
                // Its worker died after writing it.
                SampleLetter(offset: 5, code: .infeasible, message: "No schedule fits", job: "j5", diedAt: 4_000)
            )
            _ = try await bench.producer.send(
                SampleLetter.undecodable(prefix: bench.prefix, offset: 9, value: [0xFF, 0x00, 0x41])
            )

            let list = await bench.nova("list")
            #expect(list.code == 0, "\(list.errors)")
            #expect(list.lines.count == 4)
            #expect(list.lines[1].hasPrefix(places[1]) && list.lines[2].hasPrefix(places[0]))
            #expect(list.lines[2].contains("1970-01-01T00:00:03.000Z  INFEASIBLE"))
            #expect(list.lines[2].hasSuffix("No schedule fits"))
            #expect(list.lines[3].contains("header ce_type is missing"))
            #expect(list.errors.contains("3 dead letters") && list.errors.contains("show \(places[1])"))

            #expect(try await bench.listed("--error", "no SCHEDULE") == [places[0]])
            #expect(try await bench.listed("--error", "validation_error", "--job", "j6") == [places[1]])
            #expect(try await bench.listed("--entity", "flow:professional:other") == [places[1]])
            #expect(try await bench.listed("--entity", "flow:team:professional:other") == [places[1]])
            #expect(try await bench.listed("--until", "1970-01-01T00:00:02.500Z") == [places[1]])
            #expect(try await bench.listed("--since", "1970-01-01T00:00:02.500Z", "--until", "9000d") == [places[0]])
            #expect(try await bench.listed("--since", "1h") == [])

            let show = await bench.nova("show", places[2])
            #expect(show.code == 0, "\(show.errors)")
            for text in [
                "letter         \(places[0])", "state          open", "written again  0:2", "INFEASIBLE",
                "original       \(bench.prefix).optimization.commands 0:5", "ce_novaowner: team",
                #"  "flow_id": "nightly""#,
                "payload, 21 bytes, JSON", "key            flow:team:professional:nightly",
            ] {
                #expect(show.output.contains(text), "\(text) in \(show.output)")
            }
            let details = await bench.nova("show", places[1])
            #expect(details.output.contains("/parameters/seed: not a number"))
            let json = try JSONValue(parsing: await bench.nova("show", places[1], "--json").output)
            #expect(json["payload"] == ["flow_id": "nightly"])
            #expect(json["error"]?["details"]?.arrayValue?.count == 1)
            #expect(json["original"]?["offset"] == 6 && json["attempts"] == 3)

            let binary = await bench.nova("show", "optimization/0:3")
            #expect(binary.output.contains("00000000  ff 00 41"))
            let base64 = try JSONValue(parsing: await bench.nova("show", "optimization/0:3", "--json").output)
            #expect(base64["payload_base64"] == "/wBB")
        }
    }

    @Test func `Pools without a topic are passed over, unless they are named`() async throws {
        try await LetterBench.run(.embedded) { bench in
            let list = await bench.nova("list")
            #expect(list.code == 0 && list.output.isEmpty)
            #expect(list.errors.contains("No such dead letter."))
            let named = await bench.nova("list", "--pool", "memory")
            #expect(named.code == 1)
            #expect(named.errors.contains("nova topics create memory"))
            let absent = await bench.nova("show", "optimization/0:7")
            #expect(absent.code == 1 && absent.errors.contains("no dead letter optimization/0:7"))
        }
    }

    @Test func `Without Kafka the command says so`() async {
        // Listened to by nobody: the port is reserved.
        let run = await CommandRun.nova(
            ["dead-letters", "list", "--brokers", "127.0.0.1:1"]
        )
        #expect(run.code == 69)
        #expect(run.errors.contains("127.0.0.1:1") && run.errors.contains("--brokers"))
    }
}
