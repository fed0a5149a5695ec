import CrashKit
import Testing

/// Each broken promise is noticed, and named by its kind; a good history is not complained of.
@Suite struct CheckerTests {
    @Test func aGoodHistoryHasNoViolations() {
        var hand = HandMade(subscribers: 2)
        for _ in 0..<3 { hand.done() }
        hand.done(.delete)
        hand.done(.optimize)
        hand.done(.invalid)
        hand.done(.poison, flow: "p", writer: -1)
        hand.done(flow: "g", writer: 1)
        let verdict = Checker(hand.record).verdict()
        #expect(verdict.isGood, Comment(rawValue: verdict.words()))
        #expect(verdict.acknowledged == 8)
        #expect(verdict.effects == 5)
    }

    @Test func aRecordThatIsThereTwiceIsLegal() {
        var hand = HandMade()
        let job = hand.done()
        hand.done()
        hand.publish(job)
        #expect(hand.findings == [])
    }

    @Test func aCommandThatWasNotTakenIsNotMissed() {
        var hand = HandMade()
        hand.done()
        _ = hand.send()
        hand.record.answers.removeLast()
        hand.record.answers.append(CommandAnswer(command: 1, status: 503))
        hand.record.answers.append(CommandAnswer(command: 1, status: nil, failure: "connection lost"))
        #expect(hand.findings == [])
    }

    @Test func aWithdrawnJobNeedsNoLetterAndNoEvent() {
        var hand = HandMade()
        hand.record.jobs["withdrawn"] = FinalJob(state: "failed", error: "SERVICE_UNAVAILABLE")
        hand.publish("withdrawn")
        hand.done()
        #expect(hand.findings == [])
    }

    // MARK: - Blame

    @Test func aCommandThatEndsWorkersAndIsNotNamedIsNoticed() {
        var hand = HandMade()
        let job = hand.done(.poison)
        hand.record.jobs[job] = FinalJob(state: "failed", error: "SERVICE_ERROR: something else")
        #expect(hand.findings == [.blame])
    }

    @Test func aNeighbourThatIsBlamedIsNoticed() {
        var hand = HandMade()
        let job = hand.done(.invalid)
        hand.record.jobs[job] = FinalJob(state: "failed", error: "SERVICE_ERROR: it ended its worker 5 times")
        #expect(hand.findings == [.blame])
    }

    // MARK: - Lost

    @Test func aTakenCommandThatRedisDoesNotKnowIsLost() {
        var hand = HandMade()
        let job = hand.done()
        hand.record.jobs[job] = nil
        #expect(hand.findings.contains(.lost))
    }

    @Test func aTakenCommandThatIsNotInTheTopicIsLost() {
        var hand = HandMade()
        hand.done()
        hand.record.records.removeLast()
        #expect(hand.findings == [.lost])
    }

    @Test func aCommandThatKafkaTakesForDoneAndThatHasNotEndedIsLost() {
        var hand = HandMade()
        hand.publish(hand.send())
        hand.record.jobs["job-0"] = FinalJob(state: "queued")
        #expect(hand.findings == [.lost])
    }

    @Test func anEndThatASubscriberWasNotToldIsLost() {
        var hand = HandMade(subscribers: 2)
        hand.done()
        hand.record.events.removeAll { $0.subscriber == 1 }
        #expect(hand.findings == [.lost])
    }

    @Test func twoJobsOfOneVersionLostAnEffect() {
        var hand = HandMade()
        hand.done()
        let job = hand.send()
        hand.publish(job)
        hand.end(job, version: 1)
        #expect(hand.findings == [.lost])
    }

    // MARK: - Duplicated

    @Test func aVersionThatNobodyMadeIsAnEffectTooMany() {
        var hand = HandMade()
        hand.done()
        let job = hand.send()
        hand.publish(job)
        hand.end(job, version: 3)
        hand.record.flowVersions = [:]
        #expect(hand.findings == [.duplicated])
    }

    @Test func aStoredVersionBeyondTheLastJobsIsAnEffectTooMany() {
        var hand = HandMade()
        hand.done()
        hand.record.flowVersions[HandMade.key("f")] = 2
        #expect(hand.findings == [.duplicated])
    }

    @Test func anEventThatComesTwiceIsADuplicate() {
        var hand = HandMade()
        hand.done()
        hand.record.events.append(hand.record.events[0])
        #expect(hand.findings == [.duplicated])
    }

    @Test func twoEndsOfOneJobAreADuplicate() {
        var hand = HandMade()
        let job = hand.done()
        hand.tell(job, "job.completed", version: 1)
        #expect(hand.findings == [.duplicated])
    }

    @Test func oneKeyThatBecameTwoJobsIsADuplicate() {
        var hand = HandMade()
        hand.done()
        hand.record.answers.append(CommandAnswer(command: 0, status: 202, jobID: "another"))
        #expect(hand.findings == [.duplicated])
    }

    // MARK: - Out of order

    @Test func versionsAgainstTheOrderOfTheTopicAreOutOfOrder() {
        var hand = HandMade()
        let jobs = [hand.send(), hand.send()]
        for job in jobs { hand.publish(job) }
        hand.end(jobs[1], version: 1)
        hand.end(jobs[0], version: 2)
        #expect(hand.findings == [.outOfOrder])
    }

    @Test func aTopicAgainstTheOrderOfTheWriterIsOutOfOrder() {
        var hand = HandMade()
        let jobs = [hand.send(), hand.send()]
        hand.publish(jobs[1])
        hand.publish(jobs[0])
        hand.end(jobs[1], version: 1)
        hand.end(jobs[0], version: 2)
        #expect(hand.findings == [.outOfOrder])
    }

    @Test func anEventBeforeAnEarlierOneIsOutOfOrder() {
        var hand = HandMade()
        hand.done()
        hand.done()
        hand.record.events.swapAt(0, 1)
        #expect(hand.findings == [.outOfOrder])
    }

    @Test func anEventAfterTheEndIsOutOfOrder() {
        var hand = HandMade()
        let job = hand.done()
        hand.tell(job, "job.running")
        #expect(hand.findings == [.outOfOrder])
    }

    // MARK: - The rest

    @Test func whatHasNotEndedAndIsNotCommittedIsStuck() {
        var hand = HandMade()
        hand.publish(hand.send())
        hand.record.jobs["job-0"] = FinalJob(state: "running")
        hand.record.committed = [HandMade.partition: 0]
        #expect(hand.findings == [.stuck])
    }

    @Test func redisAndTheEventMustSayTheSame() {
        var hand = HandMade()
        hand.done(.optimize)
        hand.record.jobs["job-0"] = FinalJob(state: "cancelled")
        #expect(hand.findings == [.disagreement])
    }

    @Test func redisAndTheAnswerMustSayTheSame() {
        var hand = HandMade()
        hand.done()
        hand.record.answers[0] = CommandAnswer(command: 0, status: 200, jobID: "job-0", version: 7)
        #expect(hand.findings == [.disagreement])
    }

    @Test func aFailedJobNeedsItsDeadLetter() {
        var hand = HandMade()
        hand.done(.invalid)
        hand.record.records.removeLast()
        #expect(hand.findings == [.deadLetter])
    }

    @Test func aDeadLetterNeedsItsFailedJob() {
        var hand = HandMade()
        hand.bury(hand.done())
        #expect(hand.findings == [.deadLetter])
    }

    @Test func anErrorThatNoFaultExplainsIsNamed() {
        var hand = HandMade()
        hand.done()
        hand.record.answers.append(CommandAnswer(command: 0, status: 500, code: "SERVICE_ERROR"))
        #expect(hand.findings == [.unexpectedAnswer])
    }

    @Test func aGapIsToldOnlyWhereSomethingIsLost() {
        var hand = HandMade()
        hand.done()
        hand.record.events = []
        hand.record.gaps = [ToldGap(subscriber: 0, after: "1-1", next: nil)]
        #expect(hand.findings == [.needlessGap])
        hand.record.memoryLosses = 1
        #expect(hand.findings == [])
    }

    @Test func whereRedisLostItsMemoryVersionsBeginAnew() {
        var hand = HandMade()
        hand.done()
        hand.done()
        let job = hand.send()
        hand.publish(job)
        hand.end(job, version: 1)
        hand.record.memoryLosses = 1
        #expect(hand.findings == [])
    }
}
