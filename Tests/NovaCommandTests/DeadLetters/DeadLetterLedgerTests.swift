import FlowPool
import KafkaClient
import MemoryPool
import NovaContract
import Testing

@testable import NovaCommand

struct DeadLetterLedgerTests {
    private func place(_ text: String) throws -> DeadLetterPlace { try #require(DeadLetterPlace(text)) }

    private func ledger(_ messages: [KafkaMessage]) -> DeadLetterLedger {
        var ledger = DeadLetterLedger(pool: .optimization)
        for message in messages { ledger.add(message) }
        return ledger
    }

    @Test func `A resolution closes its letter, whichever is read first`() throws {
        let letter = SampleLetter().message(at: try place("0:3"))
        let open = SampleLetter(offset: 1).message(at: try place("0:4"))
        let resolution = DeadLetterResolution(.replayed, of: try place("0:3"), at: 5).message(at: 5)
        for messages in [[letter, open, resolution], [resolution, open, letter]] {
            let entries = ledger(messages).entries
            #expect(entries.map(\.reference.description) == ["optimization/0:3", "optimization/0:4"])
            #expect(entries.map { $0.resolution?.kind } == [.replayed, nil])
            #expect(entries.map(\.isOpen) == [false, true])
        }
    }

    @Test func `A letter written again is one letter, and what is said of one place counts for all`() throws {
        let ledger = ledger([
            SampleLetter(diedAt: 20).message(at: try place("1:0")),
            SampleLetter(diedAt: 10).message(at: try place("0:7")),
            DeadLetterResolution(.purged, of: try place("1:0"), at: 30).message(at: 1),
        ])
        let entry = try #require(ledger.entries.first)
        #expect(ledger.entries.count == 1)
        #expect(entry.reference.place.description == "0:7")
        #expect(entry.places.map(\.description) == ["0:7", "1:0"])
        #expect(entry.resolution?.kind == .purged)
        #expect(entry.unmarked.map(\.description) == ["0:7"])
        #expect(ledger.entry(at: try place("1:0")) == entry)
    }

    @Test func `The letter of a replay is another letter`() throws {
        let ledger = ledger([
            SampleLetter().message(at: try place("0:0")),
            DeadLetterResolution(.replayed, of: try place("0:0"), at: 1).message(at: 1),
            SampleLetter(replay: "0:0").message(at: try place("0:2")),
        ])
        #expect(ledger.entries.map(\.isOpen) == [false, true])
        #expect(ledger.entries.last?.record.replay == "0:0")
    }

    @Test func `The latest word counts`() throws {
        let ledger = ledger([
            SampleLetter().message(at: try place("0:0")),
            DeadLetterResolution(.purged, of: try place("0:0"), at: 10).message(at: 1),
            DeadLetterResolution(.replayed, of: try place("0:0"), at: 20).message(at: 2),
        ])
        #expect(ledger.entries.first?.resolution?.kind == .replayed)
    }

    @Test func `A resolution whose letter is gone is nothing, and a record of somebody else is shown`() throws {
        let strange = KafkaMessage(topic: "t", partition: 0, offset: 9, key: nil, value: [0xFF], timestamp: 77)
        let ledger = ledger([
            DeadLetterResolution(.purged, of: try place("0:1"), at: 10).message(at: 8), strange,
        ])
        let entry = try #require(ledger.entries.first)
        #expect(ledger.entries.count == 1)
        #expect(entry.record.letter == nil && entry.record.diedAt == 77 && entry.isOpen)
        #expect(entry.record.message.contains("not a dead letter"))
    }

    @Test func `What is wholly resolved at a partition's beginning can go`() throws {
        var ledger = ledger([
            SampleLetter(offset: 0).message(at: try place("0:10")),
            SampleLetter(offset: 1).message(at: try place("0:11")),
            SampleLetter(offset: 2).message(at: try place("0:12")),
            DeadLetterResolution(.replayed, of: try place("0:10"), at: 1).message(at: 13),
            DeadLetterResolution(.purged, of: try place("0:12"), at: 1).message(at: 14),
            SampleLetter(offset: 3).message(at: try place("1:0")),
        ])
        #expect(ledger.removable == [0: 11])
        ledger.note(DeadLetterResolution(.purged, of: try place("0:11"), at: 2))
        #expect(ledger.removable == [0: 15])
        ledger.note(DeadLetterResolution(.purged, of: try place("1:0"), at: 2))
        #expect(ledger.removable == [0: 15, 1: 1])
        #expect(DeadLetterLedger(pool: .memory).removable.isEmpty)
    }

    @Test func `An open letter keeps all of its places`() throws {
        let ledger = ledger([
            SampleLetter(offset: 5).message(at: try place("0:0")),
            SampleLetter(offset: 1).message(at: try place("0:1")),
            SampleLetter(offset: 6).message(at: try place("1:0")),
            SampleLetter(offset: 1).message(at: try place("1:1")),
            DeadLetterResolution(.purged, of: try place("0:0"), at: 1).message(at: 2),
            DeadLetterResolution(.purged, of: try place("1:0"), at: 1).message(at: 2),
        ])
        #expect(ledger.removable == [0: 1, 1: 1])
    }
}
