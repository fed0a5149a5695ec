import NIOCore
import NovaContract
import Synchronization
import Testing

@testable import Gateway

@Suite("Parts of the WebSocket side", .timeLimit(.minutes(2)))
struct PartsTests {
    @Test("The outbox keeps its bounds and wakes the loop once")
    func outbox() {
        var outbox = Outbox(maximumItems: 3, maximumBytes: 100)
        let text = ByteBuffer(string: "0123456789")
        var wakes = (0..<2).map { _ in outbox.append(.init(text: text, id: nil)) }
        #expect(wakes == [true, false])
        outbox.wake()
        let taken = (0..<3).map { _ in outbox.next() != nil }
        #expect(taken == [true, true, false])
        wakes = (0..<3).map { _ in outbox.append(.init(text: text, id: nil)) }
        #expect(wakes == [true, false, false])
        #expect(outbox.phase == .open)
        wakes = (0..<2).map { _ in outbox.append(.init(text: text, id: nil)) }
        #expect(wakes == [true, false])
        #expect(outbox.phase == .overflown)
        let left = outbox.next()
        #expect(left?.text == nil)
        var wide = Outbox(maximumItems: 300, maximumBytes: 95)
        for _ in 0..<10 { _ = wide.append(.init(text: text, id: nil)) }
        #expect(wide.phase == .overflown)
    }

    @Test("The outbox gives back what it took, in order, over many rounds")
    func outboxOrder() {
        var outbox = Outbox(maximumItems: 2_000, maximumBytes: 1_000_000)
        var (given, taken) = (0, 0)
        for round in 0..<500 {
            for _ in 0..<(round % 7) {
                _ = outbox.append(.init(text: ByteBuffer(integer: given), id: nil))
                given += 1
            }
            for _ in 0..<(round % 6) {
                guard let item = outbox.next() else { break }
                #expect(item.text.getInteger(at: 0, as: Int.self) == taken)
                taken += 1
            }
        }
        while outbox.next() != nil { taken += 1 }
        #expect(taken == given)
    }

    @Test("Nothing the work queue took is lost when it ends, and nothing is taken after")
    func workQueue() async {
        let queue = WorkQueue(limit: 1_000)
        let done = Atomic<Int>(0)
        var taken = 0
        let runner = Task { await queue.run() }
        for number in 0..<500 {
            if queue.submit({ done.add(1, ordering: .relaxed) }) { taken += 1 }
            if number == 250 { runner.cancel() }
        }
        await runner.value
        #expect(done.load(ordering: .relaxed) == taken)
        #expect(!queue.submit {})
        let full = WorkQueue(limit: 2)
        #expect((0..<3).map { _ in full.submit {} } == [true, true, false])
    }

    @Test("Reads are held back while a message waits")
    func inbox() {
        var inbox = Inbox(limit: 2)
        let text = ByteBuffer(string: "{}")
        var answers = [inbox.mayRead()]
        answers += (0..<3).map { _ in inbox.append(text) }
        #expect(answers == [true, true, true, false])
        answers = (0..<2).map { _ in inbox.begin() != nil }
        #expect(answers == [true, false])
        answers = [inbox.mayRead(), inbox.end(), inbox.begin() != nil, inbox.end(), inbox.mayRead(), inbox.isBusy]
        #expect(answers == [false, false, true, true, true, false])
    }

    @Test("Close frames are answered as RFC 6455 says")
    func closeFrames() {
        #expect(CloseFrame.answer(to: ByteBuffer()).readableBytes == 0)
        for (body, code) in [
            ([0x03, 0xE8], 1_000), ([0x0F, 0xA0, 0x68], 4_000), ([0x03], 1_002), ([0x03, 0xED], 1_002),
            ([0x03, 0xE8, 0xFF], 1_007),
        ] as [([UInt8], UInt16)] {
            #expect(CloseFrame.answer(to: ByteBuffer(bytes: body)).getInteger(at: 0) == code, "\(body)")
        }
    }
}
