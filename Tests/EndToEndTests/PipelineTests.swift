import ChildProcesses
import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// The way of one command, from POST to the WebSocket event, over real processes.
@Suite(.timeLimit(.minutes(4))) struct PipelineTests {
    enum Library: String, CaseIterable {
        case debian, newer
    }

    @Test(arguments: BrokerKind.allCases, Library.allCases)
    func aFlowIsOptimizedFromPOSTToEvent(broker: BrokerKind, library: Library) async throws {
        let environment = library == .newer ? try Binaries.otherLibrdkafka() : [:]
        let plan = ClusterPlan(broker: broker, environment: environment, brokerEnvironment: environment)
        try await NovaCluster.run(plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                let accepted = try await api.optimize("nightly", headers: [("Prefer", "respond-async")])
                #expect(accepted.status == 202)
                let job = try #require(accepted.json["job_id"]?.stringValue)
                #expect(accepted.headers.first(name: "Location") == "/api/jobs/\(job)")

                let running = try await stream.event("job.running")
                #expect(running["data"]?["job_id"] == .string(job))
                let completed = try await stream.event("job.completed")
                let result = try #require(completed["data"]?["result"])
                #expect(completed["channel"] == .string("job:\(job)") || completed["channel"] == "jobs")
                #expect(result["analytics"]?["makespan"] == 6)
                #expect(result["confidence"] == 1)

                let record = try await api.get("/api/jobs/\(job)").json
                #expect(record["status"] == "completed")
                #expect(record["result"]?["analytics"]?["makespan"] == 6)
            }
        }
    }

    @Test func aRequestWaitsForTheResultWhicheverWorkerHasIt() async throws {
        try await NovaCluster.run(ClusterPlan(gateways: 2, workers: 2, partitions: 4)) { cluster in
            try await withThrowingTaskGroup(of: (String, Answer).self) { group in
                for number in 0..<40 {
                    let api = API(gateway: cluster.gateways[number % 2])
                    group.addTask { ("flow-\(number)", try await api.optimize("flow-\(number)")) }
                }
                for try await (flow, answer) in group {
                    #expect(answer.status == 200)
                    let json = try answer.json
                    #expect(json["flow_id"] == .string(flow))
                    #expect(json["job_id"]?.stringValue != nil)
                    #expect(json["analytics"]?["makespan"] == 6)
                }
            }
            // Both had their share: the topic's four partitions are divided between them.
            for worker in cluster.workers {
                let metrics = try await API(gateway: worker, key: nil).get("/metrics").text
                #expect(metrics.contains(#"nova_jobs_total{pool="optimization",state="completed""#))
            }
        }
    }

    @Test func aTraceIsFoundInTheLogsOfGatewayAndWorker() async throws {
        try await NovaCluster.run { cluster in
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            let headers = [("traceparent", "00-\(trace)-00f067aa0ba902b7-01")]
            let answer = try await API(gateway: cluster.gateways[0]).optimize("f", headers: headers)
            #expect(answer.status == 200)
            for member in [cluster.gateways[0], cluster.workers[0]] {
                _ = try await member.process.line(within: .seconds(30)) { LogLine($0)?["trace_id"] == trace }
            }
        }
    }

    @Test func moreWorkersThanPartitionsAreAllReady() async throws {
        try await NovaCluster.run(ClusterPlan(workers: 3, partitions: 2)) { cluster in
            let answer = try await API(gateway: cluster.gateways[0]).optimize("f")
            #expect(answer.status == 200)
        }
    }

    @Test func aStoredFlowIsOptimizedByItsName() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            let path = "/api/orchestration/flows/stored"
            #expect(try await api.optimize("stored", [:]).status == 404)
            // As older clients ask: answered, and nothing claimed.
            let unknown = try await api.optimize("stored", ["parameters": ["key": "value"]])
            #expect(unknown.status == 200)
            #expect(try unknown.json["optimizations"] == [] && unknown.json["confidence"] == 0)
            #expect(try unknown.json["reason"]?.stringValue?.contains("nothing is known") == true)
            #expect(try unknown.json["warnings"]?.arrayValue?.first?["pointer"] == "/parameters/key")
            #expect(try unknown.json["analytics"]?["is_optimal"] == false)
            #expect(try unknown.json["confidence_basis"]?.stringValue?.contains("optimal") == false)
            let atTop = try await api.optimize("stored", ["steps": [["id": "a", "duration": 1]]])
            #expect(atTop.status == 400 && atTop.text.contains("did you mean /parameters/steps?"))

            let put = try await api.send(.PUT, path, Sample.flow)
            #expect(put.status == 200)
            #expect(try put.json["status"] == "created")
            let got = try await api.get(path)
            #expect(try got.json["steps"]?.arrayValue?.count == 3)
            let optimized = try await api.optimize("stored", ["parameters": ["capacity": ["gpu": 2]]])
            #expect(try optimized.json["analytics"]?["makespan"] == 4)

            let deleted = try await api.send(.DELETE, path)
            #expect(deleted.status == 200)
            let gone = try await api.get(path)
            #expect(gone.status == 404)
        }
    }

    @Test func progressIsPushedAndARunningJobCanBeCancelled() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["flow:hard"])
                let accepted = try await api.optimize(
                    "hard",
                    Sample.hard(seconds: 120),
                    headers: [("Prefer", "respond-async")]
                )
                let job = try #require(accepted.json["job_id"]?.stringValue)
                let progress = try await stream.event("job.progress")
                let details = try #require(progress["data"]?["progress"]?["details"])
                let bound = try #require(details["lower_bound"]?.doubleValue)
                #expect(try #require(details["makespan"]?.doubleValue) >= bound)
                #expect(bound > 0)

                let cancelled = try await api.send(.DELETE, "/api/jobs/\(job)")
                #expect(cancelled.status == 202)
                let event = try await stream.event("job.cancelled")
                #expect(event["data"]?["job_id"] == .string(job))
                let record = try await api.get("/api/jobs/\(job)")
                #expect(try record.json["status"] == "cancelled")
            }
        }
    }

    @Test func notInTimeIsAcceptedAndTheWorkGoesOn() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                let answer = try await api.optimize("slow", Sample.hard(seconds: 4), headers: [("Prefer", "wait=1")])
                #expect(answer.status == 202)
                #expect(answer.headers.first(name: "Preference-Applied") == "wait=1")
                let job = try #require(answer.json["job_id"]?.stringValue)
                let completed = try await stream.event("job.completed")
                #expect(completed["data"]?["job_id"] == .string(job))
            }
        }
    }

    @Test func theSameIdempotencyKeyIsTheSameJobOnAnyGateway() async throws {
        try await NovaCluster.run(ClusterPlan(gateways: 2)) { cluster in
            let headers = [("Idempotency-Key", "once")]
            let apis = cluster.gateways.map { API(gateway: $0) }
            // At the same time, and again afterwards.
            async let left = apis[0].optimize("f", headers: headers)
            async let right = apis[1].optimize("f", headers: headers)
            var answers = try await [left, right]
            answers.append(try await apis[1].optimize("f", headers: headers))
            #expect(answers.map(\.status) == [200, 200, 200])
            let jobs = try answers.map { try $0.json["job_id"] }
            #expect(Set(jobs.compactMap { $0?.stringValue }).count == 1)
            let other = try await apis[0].optimize("f", [:], headers: headers)
            #expect(other.status == 422)
            #expect(try other.code == "IDEMPOTENCY_KEY_REUSED")
        }
    }
}
