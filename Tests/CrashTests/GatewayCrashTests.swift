import CrashKit
import NovaTestKit
import Testing

/// Gateways that die or freeze while clients wait for them and listen to them.
@Suite(.serialized, .timeLimit(.minutes(4))) struct GatewayCrashTests {
    /// The client repeats its request elsewhere, under the same Idempotency-Key.
    @Test(arguments: ["gateway.before-produce", "gateway.after-produce"])
    func aCommandWhoseGatewayDiedIsTakenOnceByAnother(point: String) async throws {
        try await scenario { run in
            run.plan.firstGateway = ["NOVA_FAULT": "\(point)=kill@5"]
        } _: { stage in
            try await stage.died(stage.cluster.gateways[0])
            try await stage.acknowledgements(10)
            try await stage.cluster.gateways[0].restart()
            try await stage.acknowledgements(10)
        }
    }

    @Test func subscribersGoOnAtAnotherGatewayWithEachEventOnce() async throws {
        let outcome = try await scenario { run in
            run.plan.subscribers = 4
        } _: { stage in
            for gateway in stage.cluster.gateways {
                try await stage.acknowledgements(10)
                await gateway.kill()
                try await stage.acknowledgements(10)
                try await gateway.restart()
            }
        }
        #expect(outcome.verdict.gapsTold == 0)
    }

    /// Requests that it holds are published after their clients went elsewhere.
    @Test(arguments: ["gateway.before-produce", "gateway.after-produce"])
    func aFrozenGatewayThatWakesDoublesNothing(point: String) async throws {
        try await scenario { run in
            run.plan.firstGateway = ["NOVA_FAULT": "\(point)=stop@5"]
        } _: { stage in
            _ = try await stage.stopped(stage.cluster.gateways[0])
            try await stage.failures(1)
            try await stage.acknowledgements(20)
            stage.cluster.gateways[0].thaw()
            try await stage.acknowledgements(20)
        }
    }
}
