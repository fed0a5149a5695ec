import Testing

@testable import NovaCommand

@Suite(.timeLimit(.minutes(1)))
struct StopSignalTests {
    @Test func `All who wait are woken, once; who comes later does not wait`() async {
        let stop = StopSignal()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { await stop.wait() } }
            group.addTask { stop.raise() }
        }
        stop.raise()
        #expect(stop.isRaised)
        await stop.wait()
    }

    @Test func `Waiting ends with the task`() async {
        let stop = StopSignal()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { await stop.wait() } }
            group.cancelAll()
        }
        #expect(!stop.isRaised)
    }
}
