import NovaContract
import NovaStore
import RedisClient
import Testing

/// Who hears how a job ended.
@Suite(.timeLimit(.minutes(2)))
struct ReplyTests {
    private let claim = IdempotencyClaim(digest: "digest", fingerprint: "fingerprint")

    @Test func `Completion is told to the waiting gateway and to those of repeated requests, each once`() async throws {
        try await withStore { store in
            try await Heard.on(["g1", "g2", "g3"], of: store) { heard async throws in
                let command = Sample.command(replyTo: "g1")
                try await store.admit(command, claim)
                for gateway in ["g2", "g1", "g2", ""] { try await store.admit(Sample.command(replyTo: gateway), claim) }
                _ = try await store.jobs.start(command, worker: "w", run: "r")
                try await store.admit(Sample.command(replyTo: "g3"), claim)
                #expect(try await heard.all().isEmpty)
                #expect(try await store.jobs.complete(command, run: "r", Sample.completion()) == .applied)
                let body = "\(command.jobID)\u{1F}completed\u{1F}{\"answer\":42}"
                #expect(try await heard.all() == ["g1: \(body)", "g2: \(body)", "g3: \(body)"])
                #expect(try await store.jobs.complete(command, run: "r", Sample.failure()) == .endedBefore)
                try await store.admit(Sample.command(replyTo: "g3"), claim)
                #expect(try await heard.all().isEmpty)
            }
        }
    }

    @Test func `A failure is told with its error`() async throws {
        try await withStore { store in
            try await Heard.on(["g1"], of: store) { heard async throws in
                let command = Sample.command(replyTo: "g1")
                try await store.admit(command)
                _ = try await store.jobs.complete(command, run: "r", Sample.failure("no way"))
                let error = NovaError(.infeasible, "no way").json.jsonString
                #expect(try await heard.all() == ["g1: \(command.jobID)\u{1F}failed\u{1F}\(error)"])
            }
        }
    }

    @Test func `A job that is cancelled while queued tells its gateway, and never begins`() async throws {
        try await withStore { store in
            try await Heard.on(["g1", "g2"], of: store) { heard async throws in
                let command = Sample.command(replyTo: "g1")
                try await store.admit(command, claim)
                try await store.admit(Sample.command(replyTo: "g2"), claim)
                let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
                #expect(try await store.jobs.cancel(record, owner: "alice") == .cancelled)
                let told = try await heard.all()
                #expect(told.count == 2)
                #expect(
                    told.first?.hasPrefix("g1: \(command.jobID)\u{1F}cancelled\u{1F}{\"code\":\"CONFLICT\"") == true
                )
                #expect(try await store.jobs.start(command, worker: "w", run: "r") == .ended(.cancelled))
                // Whoever asks again did not hear the answer.
                #expect(try await store.jobs.cancel(record, owner: "alice") == .cancelled)
            }
        }
    }

    @Test func `More gateways than are kept do not make the record grow`() async throws {
        try await withStore { store in
            let command = Sample.command(replyTo: "gateway 0")
            try await store.admit(command, claim)
            for number in 1..<40 { try await store.admit(Sample.command(replyTo: "gateway \(number)"), claim) }
            let replies = try await store.redis.command(
                "HGET",
                .init(store.keys.job(command.jobID, owner: "alice")),
                "replies"
            )
            #expect(replies.string?.split(separator: "\n").count == 16)
        }
    }

    @Test func `Without a record the command's own gateway still hears`() async throws {
        try await withStore { store in
            try await Heard.on(["g1"], of: store) { heard async throws in
                let command = Sample.command(replyTo: "g1")
                let verdict = try await store.jobs.complete(command, run: "r", Sample.completion())
                #expect(verdict == .applied)
                #expect(try await heard.all().count == 1)
            }
        }
    }
}
