import CrashKit
import NovaTestKit
import Testing

/// Redis that dies, freezes, or forgets everything.
@Suite(.serialized, .timeLimit(.minutes(4))) struct RedisCrashTests {
    /// It keeps what it acknowledged: the append-only file is written before each answer.
    @Test func aKilledRedisIsWaitedFor() async throws {
        let outcome = try await scenario { _ in
        } _: { stage in
            for _ in 0..<2 {
                try await stage.acknowledgements(15)
                await stage.cluster.redis.kill()
                try await stage.failures(3)
                try await stage.cluster.redis.start()
            }
            try await stage.acknowledgements(15)
        }
        #expect(outcome.verdict.gapsTold == 0)
    }

    @Test func aFrozenRedisIsWaitedFor() async throws {
        let outcome = try await scenario { _ in
        } _: { stage in
            try await stage.acknowledgements(15)
            stage.cluster.redis.freeze()
            try await stage.failures(2)
            stage.cluster.redis.thaw()
            try await stage.acknowledgements(15)
        }
        #expect(outcome.verdict.gapsTold == 0)
    }

    /// Jobs that lie in Kafka when Redis forgets them are done all the same, and found; configured keys open again.
    @Test func aRedisThatForgotEverythingIsFilledAnew() async throws {
        try await scenario { run in
            // Of a flow that Redis forgot there is nothing to delete.
            run.load.deletes = 0
        } _: { stage in
            try await stage.acknowledgements(15)
            for worker in stage.cluster.workers { worker.freeze() }
            try await stage.acknowledgements(10)
            stage.history.conclude { $0.memoryLosses += 1 }
            try await stage.cluster.redis.forgetEverything()
            for worker in stage.cluster.workers { worker.thaw() }
            try await stage.acknowledgements(20)
        }
    }

    /// Who is connected hears everything and misses nothing; who comes back with an id that Redis forgot is told so.
    @Test func subscribersWhosePlaceWasForgottenAreToldOfTheGap() async throws {
        let outcome = try await scenario { run in
            run.load.deletes = 0
        } _: { stage in
            try await stage.acknowledgements(15)
            for gateway in stage.cluster.gateways { await gateway.kill() }
            stage.history.conclude { $0.memoryLosses += 1 }
            try await stage.cluster.redis.forgetEverything()
            for gateway in stage.cluster.gateways { try await gateway.restart() }
            try await stage.acknowledgements(20)
        }
        let told = Set(outcome.history.gaps.map(\.subscriber))
        #expect(told == [0, 1])
    }
}
