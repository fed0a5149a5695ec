import ChildProcesses
import EndToEndKit
import Foundation
import NIOHTTP1
import NovaContract
import NovaTestKit
import RedisClient
import Testing

/// A gateway that is killed between the admission of a command and its answer; the client asks another one again.
@Suite(.timeLimit(.minutes(4))) struct GatewayCrashTests {
    private let headers = [("Idempotency-Key", "once")]

    /// Lets a gateway die at that place of a request, which its client sees by the end of its connection.
    private func die(_ cluster: NovaCluster, at fault: String) async throws {
        try await cluster.withGateway(environment: ["NOVA_FAULT": "\(fault)=kill"]) { gateway in
            await #expect(throws: (any Error).self) {
                _ = try await API(gateway: gateway).optimize("f", headers: headers + [("Job-Deadline", "500")])
            }
            let exit = try await gateway.process.exit()
            #expect(exit == .signaled(SIGKILL))
        }
    }

    @Test func aCommandThatWasNotPublishedIsPublishedByItsRepetition() async throws {
        try await NovaCluster.run { cluster in
            try await die(cluster, at: "gateway.before-produce")
            let api = API(gateway: cluster.gateways[0])
            let left = try await api.jobs()
            #expect(left.map { $0["status"] } == ["queued"])
            // The deadline is no part of what makes two requests the same; the first one's stays.
            let answer = try await api.optimize("f", headers: headers + [("Job-Deadline", "900")])
            #expect(answer.status == 200)
            #expect(try answer.json["job_id"] == left[0]["job_id"])
            let ended = try await api.jobs()
            #expect(ended.map { $0["status"] } == ["completed"])
            for time in ["created_at", "deadline_at"] {
                #expect(left[0][time]?.stringValue != nil)
                #expect(ended[0][time] == left[0][time])
            }
        }
    }

    @Test func aCommandThatWasPublishedIsDoneOnceThoughItsRepetitionsPublishItToo() async throws {
        try await NovaCluster.run(ClusterPlan(gateways: 2, workers: 0)) { cluster in
            try await die(cluster, at: "gateway.after-produce")
            let apis = cluster.gateways.map { API(gateway: $0) }
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                // The job is published again for each that asks, whether it waits or not.
                try await withThrowingTaskGroup(of: Answer.self) { group in
                    group.addTask { try await apis[0].optimize("f", headers: headers + [("Prefer", "wait=60")]) }
                    for api in apis {
                        let answer = try await api.optimize("f", headers: headers + [("Prefer", "respond-async")])
                        #expect(answer.status == 202)
                    }
                    try await cluster.withWorker { _ in
                        let answer = try #require(try await group.next())
                        #expect(answer.status == 200)
                        let job = try answer.json["job_id"]
                        // A command on the same flow comes after all copies of the first.
                        let last = try await apis[1].optimize("f").json["job_id"]
                        var completed: [JSONValue?] = []
                        while completed.last != last {
                            completed.append(try await stream.event("job.completed")["data"]?["job_id"])
                        }
                        #expect(completed == [job, last])
                        let attempts = try await apis[0].jobs().map { $0["attempts"] }
                        #expect(attempts == [1, 1])
                    }
                }
            }
        }
    }

    @Test func aJobThatRedisHasLostIsRunUnderItsId() async throws {
        try await NovaCluster.run { cluster in
            try await die(cluster, at: "gateway.before-produce")
            let api = API(gateway: cluster.gateways[0])
            let job = try #require(try await api.jobs().first?["job_id"]?.stringValue)
            try await cluster.redisCommand("DEL", RedisArgument("\(cluster.prefix):{owner:test}:job:\(job)"))
            let answer = try await api.optimize("f", headers: headers)
            #expect(answer.status == 200)
            #expect(try answer.json["job_id"] == .string(job))
        }
    }
}
