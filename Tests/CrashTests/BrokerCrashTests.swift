import ChildProcesses
import CrashKit
import FlowPool
import NovaContract
import NovaTestKit
import Testing

/// Brokers that die, are slow, or move what they coordinate.
@Suite(.serialized, .timeLimit(.minutes(4))) struct BrokerCrashTests {
    /// The independent broker keeps its records on disk.
    @Test func aKilledBrokerHasEverythingWhenItIsBack() async throws {
        try await scenario { run in
            run.plan.broker = .noida
        } _: { stage in
            for _ in 0..<2 {
                try await stage.acknowledgements(15)
                try await stage.cluster.killWrittenBroker()
                try await stage.cluster.broker.start()
                stage.cluster.thawGateways()
            }
            try await stage.acknowledgements(15)
        }
    }

    @Test func aBrokerThatIsDownIsWaitedFor() async throws {
        try await scenario { _ in
        } _: { stage in
            let topic = TopicNames(prefix: stage.cluster.prefix).commands(.optimization)
            for broker in 1...3 {
                // Whatever is sent then goes to this one.
                for partition in 0..<stage.cluster.plan.partitions {
                    try await stage.cluster.broker.order("leader \(topic) \(partition) \(broker)")
                }
                try await stage.acknowledgements(10)
                try await stage.cluster.broker.order("down \(broker)")
                try await stage.failures(1)
                try await stage.cluster.broker.order("up \(broker)")
            }
            try await stage.acknowledgements(10)
        }
    }

    @Test func aMovedCoordinatorIsFollowed() async throws {
        try await scenario { _ in
        } _: { stage in
            let group = TopicNames(prefix: stage.cluster.prefix).group(.optimization)
            for broker in [2, 3, 1] {
                try await stage.cluster.broker.order("coordinator group \(group) \(broker)")
                try await stage.acknowledgements(20)
            }
        }
    }

    /// Callers wait or are told to come again; what waits is bounded, and so is the gateways' memory.
    @Test func aSlowBrokerSlowsCallersAndFillsNothing() async throws {
        try await scenario { run in
            run.load.writers = 40
            run.load.pause = .zero
        } _: { stage in
            try await stage.acknowledgements(100)
            let before = try stage.gatewayKiB()
            for broker in 1...3 { try await stage.cluster.broker.order("delay \(broker) 500") }
            try await stage.acknowledgements(300)
            let grown = zip(before, try stage.gatewayKiB()).map { $1 - $0 }
            for broker in 1...3 { try await stage.cluster.broker.order("delay \(broker) 0") }
            #expect(grown.allSatisfy { $0 < 64 << 10 }, "KiB: \(grown)")
            try await stage.acknowledgements(100)
        }
    }
}

extension CrashRun.Stage {
    fileprivate func gatewayKiB() throws -> [Int] {
        try cluster.gateways.map { seat in
            let process = try #require(seat.process)
            return try #require(ProcessStatus(pid: process.pid)).residentKiB
        }
    }
}
