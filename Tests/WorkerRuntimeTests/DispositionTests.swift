import AsyncPrimitives
import FlowPool
import Logging
import NovaContract
import NovaStore
import Testing

@testable import WorkerRuntime

@Suite struct DispositionTests {
    private static let error = NovaError(.infeasible, "no")

    @Test func workThatIsDoneIsKeptWhateverItWasTold() {
        let reasons: [CancellationSignal.Reason?] = [nil, .requested, .handedOver, .stopping, .deadline, .madeWay]
        for reason in reasons { #expect(Disposition(.done([:]), reason) == .complete([:])) }
    }

    /// The best that was found is the result, of a cancelled job too; what another worker has it does in full.
    @Test func whatWasCutShortIsTheResult() {
        let cut = Outcome.cutShort(["makespan": 144])
        for reason in [CancellationSignal.Reason.deadline, .stopping] {
            #expect(Disposition(cut, reason) == .complete(["makespan": 144]))
        }
        #expect(Disposition(cut, .requested) == .cancel(["makespan": 144]))
        #expect(Disposition(cut, .handedOver) == .handBack)
        #expect(Disposition(.abandon, .stopping) == .handBack)
    }

    @Test func whatIsHandedOverIsSomebodyElsesWhateverWasSaidBefore() async {
        for first in [CancellationSignal.Reason.requested, .deadline] {
            let signal = CancellationSignal()
            signal.raise(first)
            signal.raise(.handedOver)
            #expect(signal.reason == .handedOver)
            signal.raise(first)
            #expect(signal.reason == .handedOver)
            #expect(await signal.wait() == .handedOver)
        }
    }

    @Test func nobodyAsksForTheJobOfARecordThatWasHandedOver() async {
        let signal = CancellationSignal()
        signal.raise(.handedOver)
        let persistence = Persistence(
            backoff: .constant(.milliseconds(1)),
            signal: signal,
            logger: Logger(label: "test")
        )
        var asked = 0
        let started: Int? = await persistence.ask("start") {
            asked += 1
            return asked
        }
        #expect(started == nil && asked == 0)
        // What is done is told once, and not again where that fails.
        let told: Int? = await persistence.ask("complete") {
            asked += 1
            throw NovaError(.serviceUnavailable, "away")
        }
        #expect(told == nil && asked == 1)
    }

    @Test func whatWasToldToStopEndsAsItWasTold() {
        for outcome in [Outcome.abandon, .retry(after: nil, error: Self.error)] {
            #expect(Disposition(outcome, .requested) == .cancel(nil))
            #expect(Disposition(outcome, .handedOver) == .handBack)
            #expect(Disposition(outcome, .madeWay) == .handBack)
            #expect(Disposition(outcome, .deadline) == .fail(.deadlineOver))
        }
        #expect(Disposition(.reject(Self.error), .handedOver) == .handBack)
        #expect(Disposition(.reject(Self.error), .requested) == .fail(Self.error))
        #expect(
            Disposition(.retry(after: .seconds(1), error: Self.error), nil) == .retry(after: .seconds(1), Self.error)
        )
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(Int64.min), .seconds(600), .milliseconds(Int64.max)])
    func whateverAnUpstreamAsksForIsWaitedForOnlyWithinTheTimeForAttempts(after: Duration) {
        var configuration = WorkerConfiguration(pool: .optimization, topics: TopicNames(), workerID: "w")
        configuration.maximumRetryTime = .seconds(60)
        let attempt = JobAttempt(run: "r", number: 1, firstAt: Int64.max / 2, lastError: nil)
        let policy = RetryPolicy(configuration)
        let delay = policy.delay(after: attempt, atLeast: after, deadline: nil, now: Int64.max / 2)
        #expect(after > .zero ? delay == nil : delay ?? .seconds(61) <= .seconds(60))
    }

    /// The bounds of every wait: not before the upstream said, not past the time for attempts nor the deadline.
    @Test(arguments: 1...200)
    func aWaitKeepsItsBounds(seed: UInt64) {
        var numbers = Numbers(state: seed)
        var configuration = WorkerConfiguration(pool: .optimization, topics: TopicNames(), workerID: "w")
        configuration.maximumAttempts = Int.random(in: 1...8, using: &numbers)
        configuration.maximumRetryTime = .milliseconds(Int.random(in: 1...20_000, using: &numbers))
        let policy = RetryPolicy(configuration)
        let attempt = JobAttempt(
            run: "r",
            number: Int.random(in: 1...9, using: &numbers),
            firstAt: 1_000,
            lastError: nil
        )
        let now = 1_000 + Int64.random(in: 0...20_000, using: &numbers)
        let after: Duration? =
            Bool.random(using: &numbers) ? .milliseconds(Int.random(in: 0...9_000, using: &numbers)) : nil
        let deadline: Int64? = Bool.random(using: &numbers) ? now + Int64.random(in: 0...9_000, using: &numbers) : nil
        let delay = policy.delay(after: attempt, atLeast: after, deadline: deadline, now: now)
        guard let delay else { return }
        #expect(attempt.number < configuration.maximumAttempts)
        #expect(delay >= after ?? .zero)
        #expect(delay <= max(after ?? .zero, configuration.attemptBackoff.maximum))
        let due = now + delay.wholeMilliseconds
        #expect(due < deadline ?? .max)
        #expect(due - 1_000 <= configuration.maximumRetryTime.wholeMilliseconds)
    }
}
