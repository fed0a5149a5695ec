import NovaContract
import NovaStore
import RedisClient
import Testing

/// The keys file rules what came from it.
@Suite(.timeLimit(.minutes(2)))
struct KeysFileTests {
    private static let origin = KeysFile.usualOrigin

    /// An entry of a file.
    private func entry(
        _ name: String,
        secret: String,
        permissions: [Permission] = [Permission(.read), Permission(.write)],
        domains: [String] = ["*"],
        limit: Int = 100,
        expiresAt: Int64? = nil,
        origin: String = origin
    ) -> APIKey {
        APIKey(
            id: name,
            hash: APIKeySecret.hash(secret),
            name: name,
            owner: name,
            permissions: permissions,
            domains: domains,
            defaultDomain: "d",
            limit: limit,
            window: 60,
            expiresAt: expiresAt,
            createdAt: Timestamp.milliseconds(),
            isConfigured: true,
            origin: origin
        )
    }

    @discardableResult
    private func obey(_ keys: [APIKey], origin: String = origin, in store: Store) async throws -> KeysFileChanges {
        try await store.apiKeys.obey(KeysFile(origin: origin, keys: keys))
    }

    /// The key that a secret opens with, now.
    private func usable(_ secret: String, in store: Store) async throws -> APIKey? {
        guard let key = try await store.apiKeys.get(hash: APIKeySecret.hash(secret)) else { return nil }
        return key.isExpired(at: Timestamp.milliseconds()) ? nil : key
    }

    @Test func `A secret that was changed stops working, and gateways hear of both`() async throws {
        try await withStore { store in
            #expect(try await obey([entry("ci", secret: "old")], in: store).added == ["ci"])
            try await Heard.on([store.keys.revocationChannel], of: store) { heard async throws in
                let changes = try await obey([entry("ci", secret: "new")], in: store)
                #expect((changes.added, changes.revoked) == (["ci"], ["ci"]))
                #expect(try await usable("old", in: store) == nil)
                #expect(try await usable("new", in: store)?.id == "ci")
                let told = ["new", "old"].map { "\(store.keys.revocationChannel): \(APIKeySecret.hash($0))" }
                #expect(try await heard.all() == told)
            }
            // It is listed once, and can be revoked.
            #expect(try await store.apiKeys.list().map(\.hash) == [APIKeySecret.hash("new")])
            #expect(try await store.apiKeys.revoke(id: "ci"))
            #expect(try await usable("new", in: store) == nil)
        }
    }

    @Test func `A gateway that still runs with the old file does not bring the old secret back`() async throws {
        try await withStore { store in
            let old = entry("ci", secret: "old")
            try await obey([old], in: store)
            try await obey([], in: store)
            // What a gateway does with a configured key that it does not find.
            if try await store.apiKeys.get(hash: old.hash) == nil { _ = try await store.apiKeys.put(old) }
            #expect(try await store.apiKeys.put(old) == false)
            #expect(try await usable("old", in: store) == nil)
            // The file may.
            #expect(try await obey([old], in: store).changed == ["ci"])
            #expect(try await usable("old", in: store) != nil)
            let left = try await store.redis.command("PTTL", RedisArgument(store.keys.apiKey(hash: old.hash))).int
            #expect(left == -1)
        }
    }

    @Test func `What an entry says is what holds: narrowed or widened, in time too`() async throws {
        try await withStore { store in
            let now = Timestamp.milliseconds()
            try await obey([entry("ci", secret: "s")], in: store)
            let made = try #require(try await usable("s", in: store)).createdAt
            let narrow = entry("ci", secret: "s", permissions: [Permission(.read)], domains: ["d"], limit: 5)
            #expect(try await obey([narrow], in: store).changed == ["ci"])
            let key = try #require(try await usable("s", in: store))
            #expect((key.permissions, key.domains, key.limit) == ([Permission(.read)], ["d"], 5))
            #expect(key.createdAt == made)
            try await obey([entry("ci", secret: "s", expiresAt: now - 1)], in: store)
            #expect(try await usable("s", in: store) == nil)
            try await obey([entry("ci", secret: "s", expiresAt: now + 60_000)], in: store)
            #expect(try await usable("s", in: store)?.expiresAt == now + 60_000)
            try await Heard.on([store.keys.revocationChannel], of: store) { heard async throws in
                #expect(try await obey([entry("ci", secret: "s", expiresAt: now + 60_000)], in: store) == .init())
                #expect(try await heard.all().isEmpty)
            }
            // Another name for the same secret.
            try await obey([entry("cd", secret: "s")], in: store)
            #expect(try await store.apiKeys.list().map(\.id) == ["cd"])
        }
    }

    @Test func `Keys made by hand are left alone, also one whose secret is in the file`() async throws {
        try await withStore { store in
            let made = Sample.key(secret: "made")
            try await store.apiKeys.put(made)
            let changes = try await obey([entry("ci", secret: "made")], in: store)
            #expect(changes.madeByHand == ["ci"])
            #expect(try await obey([], in: store).revoked.isEmpty)
            #expect(try await store.apiKeys.list() == [made])
        }
    }

    @Test func `What nova keys ended stays so until the file has another secret`() async throws {
        try await withStore { store in
            let file = [entry("a", secret: "a1"), entry("b", secret: "b1")]
            try await obey(file, in: store)
            #expect(try await store.apiKeys.revoke(id: "a"))
            let (made, secret) = try #require(try await store.apiKeys.rotate(id: "b", grace: .seconds(600)))
            #expect(try await obey(file, in: store).endedByHand == ["a", "b"])
            #expect(try await usable("a1", in: store) == nil)
            // Its grace is not taken from it, nor is it made longer.
            #expect(try #require(try await usable("b1", in: store)?.expiresAt) <= Timestamp.milliseconds() + 600_000)
            #expect(try await usable(secret, in: store) == made)
            let widened = [entry("a", secret: "a1", limit: 7), entry("b", secret: "b2")]
            try await obey(widened, in: store)
            #expect(try await usable("a1", in: store) == nil)
            #expect(try await usable("b1", in: store) == nil)
            #expect(try await usable("b2", in: store) != nil)
            #expect(try await usable(secret, in: store) == made)
        }
    }

    @Test func `Two files of two origins leave each other alone`() async throws {
        try await withStore { store in
            let (eu, us) = ("eu", "us:}")
            try await obey([entry("eu/ci", secret: "e", origin: eu)], origin: eu, in: store)
            try await obey([entry("us/ci", secret: "u", origin: us)], origin: us, in: store)
            #expect(try await usable("e", in: store) != nil)
            #expect(try await obey([], origin: us, in: store).revoked == ["us/ci"])
            #expect(try await usable("e", in: store) != nil)
            // One secret in both belongs to the file that was read last.
            try await obey([entry("us/ci", secret: "e", origin: us)], origin: us, in: store)
            #expect(try await obey([], origin: eu, in: store).revoked.isEmpty)
            #expect(try await usable("e", in: store)?.origin == us)
        }
    }

    /// As an older version left it: no list, no origin, and one secret that nothing names any more.
    @Test func `Secrets that an older version lost sight of are found`() async throws {
        try await withStore { store in
            func older(_ secret: String, expiresAt: Int64? = nil) async throws {
                var key = entry("ci", secret: secret, expiresAt: expiresAt)
                key.origin = nil
                let name = RedisArgument(store.keys.apiKey(hash: key.hash))
                _ = try await store.redis.command("SET", name, RedisArgument(key.json.jsonString))
                let index = RedisArgument(store.keys.apiKeyIndex)
                _ = try await store.redis.command("HSET", index, RedisArgument(key.id), RedisArgument(key.hash))
            }
            try await older("first")
            try await older("revoked", expiresAt: Timestamp.milliseconds() - 1)
            try await older("second")
            let file = [entry("ci", secret: "second"), entry("x", secret: "revoked")]
            let changes = try await obey(file, in: store)
            #expect(changes.revoked == ["ci"])
            #expect(try await usable("first", in: store) == nil)
            #expect(try await usable("second", in: store)?.origin == Self.origin)
            // That version wrote an end for what was revoked, and nothing else.
            #expect(changes.endedByHand == ["x"])
            #expect(try await usable("revoked", in: store) == nil)
        }
    }

    @Test func `Several gateways that start at once with one file agree`() async throws {
        try await withStore { store in
            try await obey((0..<20).map { entry("k\($0)", secret: "old\($0)") }, in: store)
            let file = (0..<20).map { entry("k\($0)", secret: $0 % 2 == 0 ? "old\($0)" : "new\($0)", limit: 7) }
            try await withThrowingTaskGroup { group in
                for _ in 0..<5 { group.addTask { try await obey(file, in: store) } }
                try await group.waitForAll()
            }
            #expect(try await Set(store.apiKeys.list().map(\.hash)) == Set(file.map(\.hash)))
            for number in 0..<20 {
                #expect(try await usable("old\(number)", in: store)?.limit == (number % 2 == 0 ? 7 : nil))
                if number % 2 == 1 { #expect(try await usable("new\(number)", in: store)?.limit == 7) }
            }
        }
    }

    /// One that revokes while the file is followed is not undone by it.
    @Test func `A key that is revoked while the file is followed stays revoked`() async throws {
        try await withStore { store in
            for round in 0..<20 {
                let name = "k\(round)"
                try await obey([entry(name, secret: name)], in: store)
                async let followed = obey([entry(name, secret: name, limit: 7)], in: store)
                async let revoked = store.apiKeys.revoke(id: name)
                _ = try await (followed, revoked)
                #expect(try await usable(name, in: store) == nil)
            }
        }
    }
}
