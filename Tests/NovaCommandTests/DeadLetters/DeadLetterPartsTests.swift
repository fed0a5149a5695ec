import FlowPool
import KafkaClient
import MemoryPool
import NovaContract
import NovaPools
import Testing

@testable import NovaCommand

struct DeadLetterPartsTests {
    private func record(_ sample: SampleLetter, at place: String = "0:0") throws -> BuriedRecord {
        let message = sample.message(at: try #require(DeadLetterPlace(place)))
        return BuriedRecord(message, headers: message.headersByName, pool: sample.pool)
    }

    @Test func `Filters look at the code, the message, the time, the job and the entity`() throws {
        let record = try record(SampleLetter(code: .infeasible, message: "No schedule fits", diedAt: 1_000))
        let matching: [DeadLetterFilter] = [
            .init(), .init(error: "infeasible"), .init(error: "SCHEDULE"), .init(since: 1_000), .init(until: 1_000),
            .init(job: "job-1"), .init(entity: "nightly"), .init(entity: "flow:professional:nightly"),
            .init(entity: "flow:team:professional:nightly"),
        ]
        #expect(matching.allSatisfy { $0.matches(record) })
        let others: [DeadLetterFilter] = [
            .init(error: "INFEAS"), .init(since: 1_001), .init(until: 999), .init(job: "job"), .init(entity: "night"),
            .init(error: "schedule", job: "job-2"),
        ]
        #expect(others.filter { $0.matches(record) } == [])
    }

    @Test func `A moment is a time ago or a time`() {
        #expect(MomentArgument(argument: "2h")?.milliseconds(now: 10_000_000) == 2_800_000)
        #expect(MomentArgument(argument: "1970-01-01T00:00:01Z")?.milliseconds(now: 0) == 1_000)
        #expect(MomentArgument(argument: "1970-01-01T00:00:01.500Z")?.milliseconds(now: 0) == 1_500)
        #expect(MomentArgument(argument: "yesterday") == nil)
    }

    @Test func `The original has its own headers, the replay's, and the time it had at first`() throws {
        let sample = SampleLetter(offset: 7, replay: "0:1", deadline: SampleLetter.createdAt + 60_000)
        // Behind each place there is another.
        #expect(DeadLetterPlace("0:\(Int64.max)") == nil && DeadLetterPlace("0:\(Int64.max - 1)") != nil)
        let place = try #require(DeadLetterPlace("2:5"))
        let record = KafkaRecord(
            replaying: sample.message(at: place),
            of: sample.letter,
            at: place,
            now: 1_800_000_000_000
        )
        #expect(record.topic == "nova.optimization.commands")
        #expect(record.partition == nil && record.key == sample.key && record.value == sample.value)
        #expect(!record.headers.contains { $0.name.hasPrefix("nova_dead_") })
        #expect(record.headers.filter { $0.name == Command.replayHeader } == [KafkaHeader("ce_novareplay", "2:5")])
        let headers = Dictionary(
            uniqueKeysWithValues: record.headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) }
        )
        let command = try Command(headers: headers, payload: record.value, catalog: NovaPools.catalog)
        #expect(command.deadline == 1_800_000_060_000)
        #expect(command.replay == "2:5" && command.jobID == sample.job)
    }

    @Test func `A letter of an older version goes where the entity's commands go today`() throws {
        let sample = SampleLetter()
        let place = try #require(DeadLetterPlace("0:0"))
        var message = sample.message(at: place)
        message = KafkaMessage(
            topic: message.topic,
            partition: message.partition,
            offset: message.offset,
            key: Array("flow:professional:nightly".utf8),
            value: message.value,
            headers: message.headers
        )
        let record = KafkaRecord(replaying: message, of: sample.letter, at: place, now: 0)
        #expect(record.key == Array("flow:team:professional:nightly".utf8))
    }

    @Test func `A record that is no command is sent as it was`() throws {
        let written = SampleLetter.undecodable(prefix: "p", offset: 3, value: [0xFF, 0x00])
        let message = KafkaMessage(
            topic: written.topic,
            partition: 0,
            offset: 1,
            key: nil,
            value: written.value,
            headers: [KafkaHeader("other", bytes: nil)] + written.headers
        )
        let letter = try #require(DeadLetter(headers: message.headersByName))
        let record = KafkaRecord(replaying: message, of: letter, at: DeadLetterPlace(partition: 0, offset: 1), now: 0)
        #expect(record.value == [0xFF, 0x00] && record.key == nil)
        #expect(record.headers == [KafkaHeader("other", bytes: nil), KafkaHeader("ce_novareplay", "0:1")])
    }

    @Test func `Originals of a partition go in their old order, keys beside each other`() throws {
        let samples = [(offset: 9, flow: "a"), (offset: 4, flow: "a"), (offset: 5, flow: "b")]
        let entries = try samples.enumerated().map { index, sample in
            let record = try record(SampleLetter(offset: Int64(sample.offset), flow: sample.flow), at: "0:\(index)")
            return DeadLetterEntry(record: record, places: [record.reference.place], resolution: nil, unmarked: [])
        }
        let batches = ReplayPlan.batches(entries)
        #expect(batches.map { $0.map { $0.record.letter?.offset ?? -1 } } == [[4, 5, 9]])
        let lanes = ReplayPlan.lanes(try #require(batches.first))
        #expect(lanes.map { $0.map { $0.record.letter?.offset ?? -1 } } == [[4, 9], [5]])
    }

    @Test func `Batches are bounded, and of one pool`() throws {
        let entries = try (0..<450).map { index in
            let pool: Pool = index < 250 ? .optimization : .memory
            let record = try record(SampleLetter(pool: pool, offset: Int64(index)), at: "0:\(index)")
            return DeadLetterEntry(record: record, places: [record.reference.place], resolution: nil, unmarked: [])
        }
        let batches = ReplayPlan.batches(entries)
        #expect(batches.allSatisfy { batch in batch.count <= 200 && Set(batch.map(\.reference.pool)).count == 1 })
        #expect(batches.flatMap { $0 }.count == 450)
    }

    @Test func `Payloads are laid out, and cut`() {
        let json = PayloadText(Array(#"{"b":[1,{}],"a":"x\n"}"#.utf8), isWhole: false)
        #expect(json.lines == ["{", #"  "a": "x\n","#, #"  "b": ["#, "    1,", "    {}", "  ]", "}"])
        #expect(json.kind == ", JSON" && !json.isCut)
        let text = PayloadText(Array("not\njson".utf8), isWhole: false)
        #expect(text.lines == ["not", "json"])
        let binary = PayloadText([0x1B, 0x5B] + Array("Hi".utf8) + [0xFF], isWhole: false)
        #expect(binary.lines == ["00000000  1b 5b 48 69 ff" + String(repeating: " ", count: 33) + "  .[Hi."])
        let long = [UInt8](repeating: 0, count: 10_000)
        #expect(PayloadText(long, isWhole: false).isCut)
        #expect(PayloadText(long, isWhole: true).lines.count == 625)
        #expect(PayloadText([], isWhole: false).lines.isEmpty)
    }

    @Test func `On a terminal the message is cut to the line`() throws {
        let record = try record(SampleLetter(message: String(repeating: "long ", count: 100)))
        let entry = DeadLetterEntry(record: record, places: [record.reference.place], resolution: nil, unmarked: [])
        let capture = Capture()
        let cut = DeadLetterTable(
            entries: [entry],
            showsState: false,
            console: capture.console(isTerminal: true, width: 160)
        )
        #expect(cut.lines.allSatisfy { DisplayWidth.of($0) <= 160 })
        #expect(cut.lines.last?.hasSuffix("…") == true)
        let whole = DeadLetterTable(entries: [entry], showsState: false, console: capture.console())
        #expect(whole.lines.last?.contains("long long") == true && whole.lines.last?.hasSuffix("…") == false)
    }
}
