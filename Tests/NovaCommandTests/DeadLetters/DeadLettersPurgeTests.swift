import FlowPool
import KafkaClient
import NovaContract
import NovaTestKit
import Testing

@testable import NovaCommand

@Suite(.timeLimit(.minutes(3)))
struct DeadLettersPurgeTests {
    @Test func `Purged letters are hidden, and deleted up to the first that waits`() async throws {
        try await LetterBench.run(.noida) { bench in
            let places = try await bench.bury(
                SampleLetter(offset: 0, message: "first"),
                SampleLetter(offset: 1, message: "second"),
                SampleLetter(offset: 2, message: "third"),
                SampleLetter(offset: 0, message: "first")
            )
            let replay = await bench.nova("replay", places[1])
            #expect(replay.code == 0, "\(replay.errors)")
            let purge = await bench.nova("purge", "--error", "FIRST", "--yes", "--json")
            #expect(purge.code == 0, "\(purge.errors)")
            let json = try JSONValue(parsing: purge.output)
            #expect(json["purged"] == [.string(places[0])])
            #expect(json["deleted"]?.arrayValue?.first?["before_offset"] == 2)
            #expect(try await bench.listed("--all") == [places[2], places[3]], "the copy that is kept is still purged")
            #expect(try await bench.listed() == [places[2]])
            let topic = bench.names.deadLetters(.optimization)
            #expect(try await bench.records(of: topic).first?.offset == 2)

            let rest = await bench.nova("purge", "--all-matching", "--yes")
            #expect(rest.code == 0, "\(rest.errors)")
            #expect(rest.output == "1 dead letter was purged.\n")
            #expect(try await bench.listed("--all") == [])
            let again = await bench.nova("purge", "--all-matching", "--yes")
            #expect(again.code == 0 && again.errors.contains("No dead letter to purge"))
            let late = try await bench.bury(SampleLetter(offset: 9))
            #expect(try await bench.listed() == late)
        }
    }

    @Test func `It asks before, and says where the broker cannot delete`() async throws {
        try await LetterBench.run(.embedded) { bench in
            let places = try await bench.bury(SampleLetter(offset: 0), SampleLetter(offset: 1), SampleLetter(offset: 2))
            for answer in [nil, "", "n", "maybe"] {
                let refused = await bench.nova("purge", "--all-matching", answer: answer)
                #expect(refused.code == 1)
                #expect(refused.errors.contains("Give up 3 dead letters?") && refused.errors.contains("--yes"))
            }
            #expect(try await bench.listed() == places)
            let purge = await bench.nova("purge", places[1], answer: "Yes")
            #expect(purge.code == 0, "\(purge.errors)")
            #expect(purge.errors.contains("Give up the dead letter \(places[1])?"))
            #expect(try await bench.listed() == [places[0], places[2]])
            let first = await bench.nova("purge", places[0], places[1], answer: "y")
            #expect(first.code == 0, "\(first.errors)")
            #expect(first.errors.contains("\(places[1]) was purged at"))
            #expect(first.errors.contains("The broker cannot delete records"))
            #expect(try await bench.listed() == [places[2]])

            // Purged by mistake: as long as the record is there it can be sent.
            let passed = await bench.nova("replay", places[0])
            #expect(passed.code == 0)
            #expect(try await bench.commands().isEmpty)
            let back = await bench.nova("replay", places[0], "--again")
            #expect(back.code == 0, "\(back.errors)")
            #expect(try await bench.commands().count == 1)
        }
    }
}
