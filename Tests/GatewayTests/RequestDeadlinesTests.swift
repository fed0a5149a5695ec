import NIOCore
import Testing

@testable import Gateway

@Suite("Request deadlines")
struct RequestDeadlinesTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func deadlines() -> RequestDeadlines {
        RequestDeadlines(headTime: .seconds(10), bodyTime: .seconds(60))
    }

    @Test("a head is due from its first byte, however often more come")
    func head() {
        var deadlines = deadlines()
        #expect(deadlines.deadline == nil)
        deadlines.bytesCame(at: start)
        deadlines.bytesCame(at: start + .seconds(9))
        #expect(deadlines.deadline == start + .seconds(10))
    }

    @Test("a body is due from its head, and nothing is due while it is answered")
    func body() {
        var deadlines = deadlines()
        deadlines.bytesCame(at: start)
        deadlines.headCame(at: start + .seconds(1))
        deadlines.bytesCame(at: start + .seconds(30))
        #expect(deadlines.deadline == start + .seconds(61))
        #expect(!deadlines.isBeforeHead)
        deadlines.endCame()
        #expect(deadlines.deadline == nil)
        deadlines.bytesCame(at: start + .seconds(70))
        #expect(deadlines.deadline == start + .seconds(80))
    }

    @Test("a body that may take long is waited for only while the request is not answered")
    func longBody() {
        var deadlines = deadlines()
        deadlines.headCame(at: start, bodyTime: .hours(1))
        #expect(deadlines.deadline == start + .hours(1))
        let isEarlier = deadlines.answerBegan(at: start + .seconds(2))
        #expect(isEarlier && deadlines.deadline == start + .seconds(62))
        deadlines.endCame()
        let isEarlierAfterItsEnd = deadlines.answerBegan(at: start + .seconds(3))
        #expect(!isEarlierAfterItsEnd)
        // The next one has its own time again, and an answer does not lengthen it.
        deadlines.headCame(at: start + .seconds(10))
        let isLater = deadlines.answerBegan(at: start + .seconds(20))
        #expect(!isLater && deadlines.deadline == start + .seconds(70))
    }

    @Test("a connection that speaks something else is left alone")
    func handedOver() {
        var deadlines = deadlines()
        deadlines.bytesCame(at: start)
        deadlines.handOver()
        deadlines.bytesCame(at: start)
        deadlines.headCame(at: start)
        #expect(deadlines.deadline == nil)
    }
}
