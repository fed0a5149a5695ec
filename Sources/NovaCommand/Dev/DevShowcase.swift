import ChildProcesses

/// What `nova dev` shows once everything runs: where it is, a flow being optimized, agents that agree, what to try.
struct DevShowcase: Sendable {
    let plan: DevPlan
    let parts: DevParts
    let console: Console
    let live: LiveLine

    /// Machines that build at the same time are slow; a second is usual.
    private static let startLimit = Duration.seconds(60)

    func run(_ workers: [ChildProcess], _ gateway: ChildProcess) async throws {
        live.show("waiting for the gateway and the workers")
        let ready = try await gateway.line(within: Self.startLimit) { $0.contains("gateway ready") }
        for worker in workers { _ = try await worker.line(within: Self.startLimit) { $0.contains("worker ready") } }
        live.clear()
        let address = "http://127.0.0.1:\(Self.port(in: ready) ?? plan.port)"
        showParts(address)
        if let flow = plan.demo {
            await demonstrate(flow, try NovaAPI(url: address, key: DevKey.secret))
        }
        for line in notice(address) { console.line(line) }
    }

    /// That the demonstration fails is told, and Nova goes on serving: somebody may want to find out why.
    private func demonstrate(_ flow: SampleFlow, _ api: NovaAPI) async {
        do {
            try await Demo(flow: flow, api: api, console: console, live: live).run()
        } catch is CancellationError {
            return
        } catch {
            live.clear()
            console.note("nova: the sample flow was not optimized: \(error)")
        }
        guard plan.demo?.path == plan.configuration.sampleFlow else { return }
        do {
            try await AgentsDemo(api: api, console: console).run()
            try await PoolDemo(api: api, console: console).run()
            try await MemoryDemo(api: api, console: console).run()
        } catch is CancellationError {
            return
        } catch {
            console.note("nova: the sample was not shown to its end: \(error)")
        }
    }

    /// The 8003 of `gateway ready host=127.0.0.1 port=8003`.
    static func port(in line: String) -> Int? {
        line.split(separator: " ").first { $0.hasPrefix("port=") }.flatMap { Int($0.dropFirst("port=".count)) }
    }

    private func showParts(_ address: String) {
        let rows = [
            ("redis", "127.0.0.1:\(parts.redis.port)", "private, in memory"),
            ("kafka", parts.brokers, "embedded, in memory"),
            ("worker", "optimization", "ready"),
            ("worker", "coordination", "ready"),
            ("worker", "allocation", "ready"),
            ("worker", "memory", "ready"),
            ("gateway", address, "ready"),
        ]
        for (name, place, state) in rows {
            console.line("  " + TextLayout.left(name, 9) + TextLayout.left(place, 28) + console.style.dim(state))
        }
        if plan.demo != nil { console.line() }
    }

    private func notice(_ address: String) -> [String] {
        let style = console.style
        return [
            "",
            style.bold("Nova is serving on \(address)") + " with the key \(DevKey.secret). Try:",
            "",
            "  curl -s --json @\(Self.shortened(plan.configuration.smallFlow)) -H 'X-API-Key: \(DevKey.secret)' \\",
            "    \(address)/api/orchestration/flows/two-reports/optimize",
            "",
            "  \(Self.shortened(plan.programs.nova)) tail --key \(DevKey.secret)\(isStandard(address) ? "" : " --url \(address)")",
            "  \(address)/console in a browser; /docs describes every request",
            "",
            "All data is in memory and gone when this ends. Ctrl-C stops it.",
        ]
    }

    private func isStandard(_ address: String) -> Bool { address == "http://127.0.0.1:8003" }

    /// Relative to here, where that is shorter.
    static func shortened(_ path: String, here: String = CurrentFolder.path) -> String {
        path.hasPrefix(here + "/") ? String(path.dropFirst(here.count + 1)) : path
    }
}
