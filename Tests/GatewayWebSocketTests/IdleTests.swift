import AsyncPrimitives
import Foundation
import NIOCore
import NovaContract
import Synchronization
import Testing
import WebSocketClient

@testable import Gateway

@Suite("Idle sockets", .timeLimit(.minutes(2)))
struct IdleTests {
    @Test("A thousand idle sockets cost little, hear an event all, and leave nothing")
    func thousand() async throws {
        let count = 1_000
        try await Stage.run({ $0.maximumSocketsPerKey = count }) { stage in
            let secret = try await stage.key()
            let command = stage.command()
            let before = try Self.residentKiB()
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (subscribed, heard) = (Countdown(count), Countdown(count))
                for _ in 0..<count {
                    group.addTask {
                        try await stage.connect(secret) { connection in
                            try await connection.subscribe(["jobs"])
                            subscribed.one()
                            #expect(try await connection.events(1)[0].event == "job.running")
                            heard.one()
                            try await heard.isOver.wait()
                        }
                    }
                }
                try await subscribed.isOver.wait(upTo: .seconds(60))
                // Server and client of each socket are both in this process.
                let cost = (try Self.residentKiB() - before) * 1_024 / count
                print("1,000 idle sockets: \(cost) bytes each, client included")
                #expect(cost < 200_000)
                try await stage.begin(command)
                try await heard.isOver.wait(upTo: .seconds(60))
                try await group.waitForAll()
            }
            try await stage.waitUntil { stage.hub.socketCount == 0 && stage.hub.feedCount == 0 }
        }
    }

    private static func residentKiB() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}

/// Opens when so many have come.
private final class Countdown: Sendable {
    private let left: Atomic<Int>
    let isOver = AsyncEvent()

    init(_ count: Int) { left = Atomic(count) }

    func one() { if left.subtract(1, ordering: .relaxed).newValue == 0 { isOver.set() } }
}
