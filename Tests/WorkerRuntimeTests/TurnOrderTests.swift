import Testing

@testable import WorkerRuntime

/// Who may run: many beside each other, or one suspect alone.
@Suite struct TurnOrderTests {
    private let begin = ContinuousClock.now

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { begin + .milliseconds(milliseconds) }

    @Test func nothingBeginsBesideASuspectNorWhileOneWaits() {
        let order = Order(patience: .seconds(2))
        #expect(order.ask(1, .beside, now: at(0)))
        #expect(!order.ask(2, .alone, now: at(0)))
        #expect(!order.ask(3, .beside, now: at(1)))
        #expect(order.advance(now: at(1)).admitted == [])
        order.leave(1, now: at(2))
        #expect(order.advance(now: at(2)).admitted == [2])
        #expect(!order.ask(4, .beside, now: at(3)))
        #expect(order.advance(now: at(3)) == TurnOrder.Acts())
        order.leave(2, now: at(4))
        #expect(order.advance(now: at(4)).admitted == [3, 4])
        #expect(order.isIn(3) && !order.isIn(2))
    }

    @Test func whatHasRunForItsTimeMakesWayAndTheRestWhenItHas() {
        let order = Order(patience: .seconds(2))
        #expect(order.ask(1, .beside, now: at(0)))
        #expect(order.ask(2, .beside, now: at(3_000)))
        #expect(!order.ask(3, .alone, now: at(4_000)))
        let first = order.advance(now: at(4_000))
        #expect(first.asked == [1])
        #expect(first.alarm == at(5_000))
        // Each is asked once.
        #expect(order.advance(now: at(4_500)).asked == [])
        #expect(order.advance(now: at(5_000)).asked == [2])
        order.leave(1, now: at(5_001))
        order.leave(2, now: at(5_002))
        #expect(order.advance(now: at(5_002)).admitted == [3])
    }

    @Test func suspectsShareTheTimeWithTheOthers() {
        let order = Order(patience: .seconds(2))
        #expect(order.ask(1, .alone, now: at(0)))
        for number in 2...3 { #expect(!order.ask(UInt64(number), .alone, now: at(0))) }
        #expect(!order.ask(9, .beside, now: at(0)))
        // Short ones follow each other at once.
        order.leave(1, now: at(100))
        #expect(order.advance(now: at(100)).admitted == [2])
        // They have had 1.5 seconds: so have the others now.
        order.leave(2, now: at(1_500))
        let acts = order.advance(now: at(1_500))
        #expect(acts.admitted == [9])
        #expect(acts.alarm == at(3_000))
        #expect(order.ask(10, .beside, now: at(1_600)))
        order.leave(9, now: at(1_700))
        #expect(order.advance(now: at(1_700)).admitted == [])
        let closed = order.advance(now: at(3_000))
        #expect(closed.admitted == [] && closed.alarm == at(3_600))
        order.leave(10, now: at(3_100))
        #expect(order.advance(now: at(3_100)).admitted == [3])
    }

    @Test func aSuspectWhoseTimeIsOverGoesOnBesideOthersAndMakesWayForTheNext() {
        let order = Order(patience: .seconds(2))
        #expect(order.ask(1, .alone, now: at(0)))
        #expect(!order.ask(2, .beside, now: at(0)))
        order.release(1, now: at(500))
        #expect(order.advance(now: at(500)).admitted == [2])
        #expect(!order.ask(3, .alone, now: at(2_100)))
        #expect(order.advance(now: at(2_100)).asked == [1])
        // Only who is alone can be released.
        order.release(2, now: at(2_100))
        #expect(!order.isIn(3))
    }

    @Test func whoDoesNotWaitAnyMoreIsPassedOver() {
        let order = Order(patience: .seconds(2))
        #expect(order.ask(1, .beside, now: at(0)))
        #expect(!order.ask(2, .alone, now: at(0)))
        #expect(!order.ask(3, .beside, now: at(0)))
        order.leave(2, now: at(1))
        #expect(order.advance(now: at(1)).admitted == [3])
    }

    /// Never two where one is alone; and all have their turns, though suspects come by the hundred.
    @Test(arguments: 1...50)
    func invariantsHold(seed: UInt64) {
        var numbers = Numbers(state: seed)
        let order = Order(patience: .milliseconds(200))
        var (inside, waiting): ([UInt64: TurnOrder.Kind], [UInt64: TurnOrder.Kind]) = ([:], [:])
        var (now, last, done) = (0, UInt64(0), 0)
        while done < 400 {
            now += Int.random(in: 0...300, using: &numbers)
            if last < 400, Int.random(in: 0...2, using: &numbers) > 0 {
                last += 1
                let kind: TurnOrder.Kind = Int.random(in: 0...1, using: &numbers) == 0 ? .alone : .beside
                if order.ask(last, kind, now: at(now)) { inside[last] = kind } else { waiting[last] = kind }
            } else if let leaving = inside.keys.sorted().randomElement(using: &numbers) {
                order.leave(leaving, now: at(now))
                inside[leaving] = nil
                done += 1
            }
            var acts = order.advance(now: at(now))
            while acts.admitted.count + acts.asked.count > 0 {
                for number in acts.admitted { inside[number] = waiting.removeValue(forKey: number) }
                // What is asked to makes way.
                for number in acts.asked {
                    order.leave(number, now: at(now))
                    inside[number] = nil
                    done += 1
                }
                acts = order.advance(now: at(now))
            }
            #expect(!inside.values.contains(.alone) || inside.count == 1)
            guard !inside.isEmpty || waiting.isEmpty else {
                Issue.record("nobody runs, and \(waiting.count) wait")
                return
            }
        }
    }

    @Test func theTimeAloneGrowsAndHasABound() {
        let times = (0...3).map { SuspectPolicy.timeAlone(.seconds(2), left: $0) }
        #expect(times == [.seconds(2), .seconds(2), .seconds(8), .seconds(32)])
        #expect(SuspectPolicy.timeAlone(.seconds(365 * 86_400), left: .max) == .seconds(86_400))
    }
}

/// The order as a test asks it: `#expect` takes no mutating calls.
private final class Order {
    private var order: TurnOrder

    init(patience: Duration) { order = TurnOrder(patience: patience) }

    func ask(_ number: UInt64, _ kind: TurnOrder.Kind, now: ContinuousClock.Instant) -> Bool {
        order.ask(number, kind, now: now)
    }

    func advance(now: ContinuousClock.Instant) -> TurnOrder.Acts { order.advance(now: now) }
    func leave(_ number: UInt64, now: ContinuousClock.Instant) { order.leave(number, now: now) }
    func release(_ number: UInt64, now: ContinuousClock.Instant) { order.release(number, now: now) }
    func isIn(_ number: UInt64) -> Bool { order.isIn(number) }
}
