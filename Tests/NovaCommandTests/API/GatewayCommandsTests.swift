import ChildProcesses
import NovaClient
import NovaContract
import NovaTestKit
import Testing

@testable import NovaCommand

/// `nova jobs`, `nova tail` and `nova keys` on a Nova of real processes.
@Suite(.timeLimit(.minutes(5)))
struct GatewayCommandsTests {
    private static let flow: JSONValue = [
        "parameters": [
            "capacity": ["gpu": 1],
            "steps": [
                ["id": "a", "duration": 2, "resources": ["gpu": 1]],
                ["id": "b", "duration": 3, "resources": ["gpu": 1]],
            ],
        ]
    ]

    @Test func `Jobs are listed, shown and followed, and keys end`() async throws {
        try await NovaCluster.run { cluster in
            let url = try #require(cluster.gateways.first).url
            let environment = ["NOVA_URL": url, "NOVA_API_KEY": cluster.plan.keys[0].key]
            let api = try NovaAPI(url: url, key: cluster.plan.keys[0].key)
            let answer = try await api.post(
                "/api/orchestration/flows/demo/optimize",
                body: Self.flow,
                prefer: .wait(.seconds(30))
            )
            #expect(answer.status == 200)
            let job = try #require(answer.body["job_id"]?.stringValue)

            let list = await CommandRun.nova(["jobs", "list", "--subject", "demo"], environment: environment)
            #expect(list.code == 0, "\(list.errors)")
            #expect(list.lines.count == 2)
            #expect(list.output.contains(job) && list.output.contains("completed"))
            let none = await CommandRun.nova(["jobs", "list", "--status", "failed"], environment: environment)
            #expect(none.code == 0 && none.output.isEmpty && !none.errors.isEmpty)

            _ = try await api.post(
                "/api/orchestration/flows/other/optimize",
                body: Self.flow,
                prefer: .wait(.seconds(30))
            )
            let first = await CommandRun.nova(
                ["jobs", "list", "--status", "completed", "--limit", "1"],
                environment: environment
            )
            #expect(first.errors.contains("More: nova jobs list --status completed --limit 1 --cursor "))

            // Where it was told which gateway, the next page is that one's too; the key is not shown.
            let other = await CommandRun.nova(
                ["jobs", "list", "--limit", "1", "--url", url, "--key", cluster.plan.keys[0].key]
            )
            let more = try #require(other.errors.split(separator: "\n").first { $0.hasPrefix("More: ") })
            #expect(more.hasSuffix(" --url \(url)") && !more.contains(cluster.plan.keys[0].key))

            let shown = await CommandRun.nova(["jobs", "show", job], environment: environment)
            #expect(shown.code == 0, "\(shown.errors)")
            #expect(shown.output.contains("Flow demo: 2 steps, 5 s") && shown.output.contains("█"))
            let json = await CommandRun.nova(["jobs", "show", job, "--json"], environment: environment)
            #expect(try JSONValue(parsing: json.output)["result"]?["flow_id"] == "demo")

            let ended = await CommandRun.nova(["jobs", "cancel", job], environment: environment)
            #expect(ended.code == 1)
            #expect(ended.errors.contains("CONFLICT"))
            let unknown = await CommandRun.nova(["jobs", "show", "nonsense"], environment: environment)
            #expect(unknown.code == 1)
            #expect(unknown.errors.contains("RESOURCE_NOT_FOUND"))

            // From before the log began: what is kept of it, and that this may not be all.
            let tail = ["tail", "--channel", "job:\(job)", "--after", "1-1", "--count", "2"]
            let events = await CommandRun.nova(tail, environment: environment)
            #expect(events.code == 0, "\(events.errors)")
            #expect(events.lines.count == 2)
            #expect(events.lines.first?.contains("job.running") == true)
            #expect(events.errors.contains("events are missing after 1-1"))
            let raw = await CommandRun.nova(tail + ["--json"], environment: environment)
            #expect(try raw.lines.allSatisfy { try JSONValue(parsing: $0)["type"] == "event" })

            let redis = ["--redis-port", String(cluster.redis.port), "--prefix", cluster.prefix]
            let made = await CommandRun.nova(["keys", "create", "short-lived", "--json"] + redis)
            let secret = try #require(try JSONValue(parsing: made.output)["secret"]?.stringValue)
            let own = environment.merging(["NOVA_API_KEY": secret]) { $1 }
            #expect(await CommandRun.nova(["jobs", "list"], environment: own).code == 0)
            #expect(await CommandRun.nova(["keys", "revoke", "short-lived"] + redis).code == 0)
            for command in [["jobs", "list"], ["tail"]] {
                let refused = await CommandRun.nova(command, environment: own)
                #expect(refused.code == 77, "\(command): \(refused.errors)")
                #expect(refused.errors.contains("AUTHENTICATION_ERROR") && !refused.errors.contains(secret))
            }
        }
    }
}
