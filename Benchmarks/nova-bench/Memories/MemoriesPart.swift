import ChildProcesses
import Foundation
import NovaClient
import NovaContract
import NovaTestKit
import ScriptedModel
import Synchronization

/// How well and how fast memories are found, through the API.
struct MemoriesPart {
    private static let base = "/memory"
    private static let batch = 500
    private static let searches = 2_000

    let programs: Programs
    /// Of the long conversations; without them only speed is measured.
    let folder: String
    /// Memories of the large domain.
    let many: Int

    /// Numbers of a vector in the search by words and meaning.
    private static let dimensions = 384
    /// Memories from which on there is no such search: their vectors alone would be gigabytes.
    private static let mostWithVectors = 200_000

    func run() async throws -> Section {
        try await Backing.run(programs) { backing in
            try await NovaServer.makeTopics(backing.broker)
            let environment = [
                "NOVA_HTTP_MAXIMUM_IN_FLIGHT_PER_KEY": "2000", "NOVA_LOG_LEVEL": "notice",
                "NOVA_MEMORY_MAXIMUM": "10000000",
                "NOVA_KAFKA_PROPERTIES": "fetch.wait.max.ms=1;session.timeout.ms=6000;heartbeat.interval.ms=500",
            ]
            let nova = NovaServer(programs: programs, backing: backing, environment: environment)
            return try await nova.run(.gateway) { port in
                try await measure(AgentClient(port: port), nova)
            }
        }
    }

    private func measure(_ client: AgentClient, _ nova: NovaServer) async throws -> Section {
        var section = Section(title: "Memories")
        if let conversations = try LongConversations(folder: folder) {
            try await nova.runProcess(.rememberer) { _, _ in
                section.rows += try await retrieval(client, conversations)
            }
        } else {
            section.notes.append("there are no long conversations in \(folder): what is found was not measured")
        }
        // Without the vectors of another server.
        let words = nova.with(["NOVA_EMBEDDINGS_BASE_URL": ""])
        try await words.runProcess(.rememberer) { _, _ in section.rows += try await speed(client) }
        // A worker that knows nothing yet.
        try await words.runProcess(.rememberer) { process, _ in
            let begun = ContinuousClock.now
            try await warm(client)
            let took = begun.duration(to: .now)
            let memory = ProcessMemory.resident(pid: process.pid) / (1 << 20)
            section.rows.append(
                Row(
                    "first search of a new worker, \(many) memories, then \(memory) MiB",
                    p50: Figure.milliseconds(took)
                )
            )
        }
        if many <= Self.mostWithVectors { section.rows += try await meaning(client, nova) }
        section.notes.append(
            "memories of 12 words from a vocabulary of 50,000, by Zipf's law; searches of three of them"
        )
        return section
    }

    // MARK: - What is found

    private func retrieval(_ client: AgentClient, _ long: LongConversations) async throws -> [Row] {
        var (five, ten, reciprocal, count) = (0.0, 0.0, 0.0, 0.0)
        var times: [Duration] = []
        for conversation in long.conversations {
            for begin in stride(from: 0, to: conversation.memories.count, by: Self.batch) {
                let some = conversation.memories[begin..<min(begin + Self.batch, conversation.memories.count)]
                let path = Self.base + "/batch?domain=\(conversation.name)"
                try await client.send(.post, path, ["memories": .array(Array(some))])
            }
            if ProcessInfo.processInfo.environment["NOVA_EMBEDDINGS_BASE_URL"] != nil {
                Console.say("memories: waiting for the vectors of \(conversation.name)")
                try await vectors(client, conversation.name)
            }
            for question in conversation.questions {
                let begun = ContinuousClock.now
                let found = try await search(client, conversation.name, ["question": .string(question.text)])
                times.append(begun.duration(to: .now))
                let evidence = question.evidence
                five += Double(evidence.intersection(found.prefix(5)).count) / Double(evidence.count)
                ten += Double(evidence.intersection(found.prefix(10)).count) / Double(evidence.count)
                reciprocal += found.firstIndex(where: evidence.contains).map { 1 / Double($0 + 1) } ?? 0
                count += 1
            }
        }
        Console.say("memories: recall@10 \(Self.rounded(ten / count))")
        return [
            Row(
                "\(Int(count)) questions: recall@5 \(Self.rounded(five / count)), recall@10 \(Self.rounded(ten / count)), "
                    + "MRR \(Self.rounded(reciprocal / count))",
                p50: times.median.map(Figure.milliseconds) ?? "",
                p99: times.percentile(0.99).map(Figure.milliseconds) ?? ""
            )
        ]
    }

    private static func rounded(_ share: Double) -> String { "\((share * 1_000).rounded() / 1_000)" }

    private func search(_ client: AgentClient, _ domain: String, _ content: JSONValue) async throws -> [String] {
        let answer = try await client.send(.post, Self.base + "/search?domain=\(domain)", ["content": content])
        return (answer["matches"]?.arrayValue ?? []).compactMap { $0["memory_id"]?.stringValue }
    }

    /// Waits until no memory of the domain lacks one.
    private func vectors(_ client: AgentClient, _ domain: String) async throws {
        while true {
            let answer = try await client.send(.get, Self.base + "?limit=1&domain=\(domain)", nil)
            if answer["embedding"]?["pending"] == 0 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    // MARK: - How fast

    private func speed(_ client: AgentClient) async throws -> [Row] {
        let alone = try await throughput(tasks: 32, count: 4_000) { task, turn in
            var words = ZipfWords(seed: UInt64(task * 100_000 + turn))
            try await client.send(
                .post,
                Self.base + "/store?domain=alone",
                ["content": ["text": .string(words.text(12))]]
            )
        }
        Console.say("memories: \(Figure.rate(alone))/s stored one by one")
        let batches = try await throughput(tasks: 4, count: many / Self.batch) { task, turn in
            var words = ZipfWords(seed: UInt64(task * 100_000 + turn + 1))
            let memories = (0..<Self.batch).map { _ -> JSONValue in ["content": ["text": .string(words.text(12))]] }
            try await client.send(.post, Self.base + "/batch?domain=many", ["memories": .array(memories)])
        }
        Console.say("memories: \(Figure.rate(batches * Double(Self.batch)))/s stored in batches")
        return [

            Row("stored one by one, 32 clients", perSecond: Figure.rate(alone)),
            Row("stored in batches of \(Self.batch), 4 clients", perSecond: Figure.rate(batches * Double(Self.batch))),
            try await searches(client, "searches of \(many) by words, 2 clients"),
        ]
    }

    /// Searches the large domain until there is an answer: the replica of a million is not made within one request's wait.
    private func warm(_ client: AgentClient) async throws {
        for _ in 0..<10 {
            do {
                _ = try await search(client, "many", ["text": "w1 w2"])
                return
            } catch let error as BenchError {
                Console.say("memories: waiting for the replica (\(error.description.prefix(60))…)")
            }
        }
        throw BenchError("the large domain is not searched in ten minutes")
    }

    private func searches(_ client: AgentClient, _ name: String) async throws -> Row {
        try await warm(client)
        let times = SearchTimes()
        let searched = try await throughput(tasks: 2, count: Self.searches) { task, turn in
            var words = ZipfWords(seed: UInt64(7_000_000 + task * 100_000 + turn))
            let begun = ContinuousClock.now
            _ = try await search(client, "many", ["text": .string(words.text(3))])
            times.add(begun.duration(to: .now))
        }
        let all = times.all
        return Row(
            name,
            perSecond: Figure.rate(searched),
            p50: all.median.map(Figure.milliseconds) ?? "",
            p99: all.percentile(0.99).map(Figure.milliseconds) ?? ""
        )
    }

    /// The same with vectors, which mean nothing: what it costs does not hang on what is near.
    private func meaning(_ client: AgentClient, _ nova: NovaServer) async throws -> [Row] {
        try await ScriptedModel.run({ _ in .status(503) }) { model in
            model.embed { text in
                var random = SplitMix64(seed: text.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
                return (0..<Self.dimensions).map { _ in Double(random.below(2_001)) / 1_000 - 1 }
            }
            let environment = [
                "NOVA_EMBEDDINGS_BASE_URL": model.baseURL, "NOVA_EMBEDDINGS_MODEL": "made-up",
                "NOVA_EMBEDDINGS_QUERY_TIMEOUT": "10s",
            ]
            return try await nova.with(environment).runProcess(.rememberer) { process, _ in
                let begun = ContinuousClock.now
                try await vectors(client, "many")
                let seconds = begun.duration(to: .now) / .seconds(1)
                Console.say("memories: \(Figure.rate(Double(many) / seconds))/s given a vector")
                let row = try await searches(
                    client,
                    "searches of \(many) by words and \(Self.dimensions) dimensions, 2 clients"
                )
                let memory = ProcessMemory.resident(pid: process.pid) / (1 << 20)
                return [
                    Row("given a vector, made up in no time", perSecond: Figure.rate(Double(many) / seconds)), row,
                    Row("resident memory of that worker: \(memory) MiB"),
                ]
            }
        }
    }
}

/// Words as frequent as in a language: the n-th one in n times as seldom as the first.
private struct ZipfWords {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func text(_ count: Int) -> String {
        (0..<count).map { _ in
            let uniform = Double(random.below(1 << 30)) / Double(1 << 30)
            return "w\(Int(exp(uniform * log(50_000.0))))"
        }.joined(separator: " ")
    }
}

private final class SearchTimes: Sendable {
    private let times = Mutex<[Duration]>([])
    var all: [Duration] { times.withLock { $0 } }
    func add(_ time: Duration) { times.withLock { $0.append(time) } }
}
