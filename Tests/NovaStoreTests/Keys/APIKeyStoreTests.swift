import NovaContract
import NovaStore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct APIKeyStoreTests {
    @Test func `A key is found by its hash, as it was stored`() async throws {
        try await withStore { store in
            let key = Sample.key()
            try await store.apiKeys.put(key)
            #expect(try await store.apiKeys.get(hash: key.hash) == key)
            #expect(try await store.apiKeys.get(hash: APIKeySecret.hash("other")) == nil)
            #expect(try await store.apiKeys.list() == [key])
        }
    }

    @Test func `A revoked key is gone before the gateways are told`() async throws {
        try await withStore { store in
            let key = Sample.key()
            try await store.apiKeys.put(key)
            let channel = store.keys.revocationChannel
            try await Heard.on([channel], of: store) { heard async throws in
                #expect(try await store.apiKeys.revoke(id: key.id))
                #expect(try await store.apiKeys.get(hash: key.hash) == nil)
                #expect(try await heard.all() == ["\(channel): \(key.hash)"])
                #expect(try await store.apiKeys.list().isEmpty)
                #expect(try await store.apiKeys.revoke(id: key.id) == false)
            }
        }
    }

    @Test func `Gateways are told of a key that is made`() async throws {
        try await withStore { store in
            let channel = store.keys.revocationChannel
            try await Heard.on([channel], of: store) { heard async throws in
                let key = Sample.key()
                try await store.apiKeys.put(key)
                #expect(try await heard.all() == ["\(channel): \(key.hash)"])
            }
        }
    }

    @Test func `A revocation that was cut short can be repeated and tells again`() async throws {
        try await withStore { store in
            let key = Sample.key()
            try await store.apiKeys.put(key)
            _ = try await store.redis.command("DEL", .init(store.keys.apiKey(hash: key.hash)))
            try await Heard.on([store.keys.revocationChannel], of: store) { heard async throws in
                #expect(try await store.apiKeys.revoke(id: key.id))
                #expect(try await heard.all().count == 1)
            }
        }
    }

    @Test func `A configured key that was revoked does not come back with the next start`() async throws {
        try await withStore { store in
            let key = Sample.key(isConfigured: true)
            #expect(try await store.apiKeys.put(key))
            #expect(try await store.apiKeys.revoke(id: key.id))
            #expect(try await store.apiKeys.put(key) == false)
            let record = try #require(try await store.apiKeys.get(hash: key.hash))
            #expect(record.isExpired(at: Timestamp.milliseconds()))
            _ = try await store.redis.command("FLUSHALL")
            #expect(try await store.apiKeys.put(key))
        }
    }

    @Test func `A rotated key has the same rights and owner; the old one works for the grace`() async throws {
        try await withStore { store in
            let old = Sample.key()
            try await store.apiKeys.put(old)
            try await Heard.on([store.keys.revocationChannel], of: store) { heard async throws in
                let (key, secret) = try #require(try await store.apiKeys.rotate(id: old.id, grace: .seconds(3_600)))
                let stored = try #require(try await store.apiKeys.get(hash: APIKeySecret.hash(secret)))
                #expect(stored == key)
                #expect((stored.owner, stored.permissions, stored.domains) == (old.owner, old.permissions, old.domains))
                #expect((stored.limit, stored.window, stored.name) == (old.limit, old.window, old.name))
                #expect(stored.id != old.id)
                #expect(stored.expiresAt == nil)
                let ending = try #require(try await store.apiKeys.get(hash: old.hash))
                let now = Timestamp.milliseconds()
                #expect(!ending.isExpired(at: now))
                #expect(ending.isExpired(at: now + 3_600_000))
                // Of the new one, which may be remembered as unknown, and of the old one.
                #expect(try await heard.all().count == 2)
                #expect(try await store.apiKeys.list().count == 2)
            }
        }
    }

    @Test func `Rotated without grace, the old key is revoked at once; an unknown or revoked key is not rotated`()
        async throws
    {
        try await withStore { store in
            let old = Sample.key()
            try await store.apiKeys.put(old)
            try await Heard.on([store.keys.revocationChannel], of: store) { heard async throws in
                #expect(try await store.apiKeys.rotate(id: old.id, grace: .zero) != nil)
                #expect(try await store.apiKeys.get(hash: old.hash) == nil)
                #expect(try await heard.all().count == 2)
            }
            #expect(try await store.apiKeys.rotate(id: old.id, grace: .zero) == nil)
            let configured = Sample.key(isConfigured: true)
            try await store.apiKeys.put(configured)
            _ = try await store.apiKeys.revoke(id: configured.id)
            #expect(try await store.apiKeys.rotate(id: configured.id, grace: .seconds(1)) == nil)
        }
    }

    @Test func `A ticket is good once`() async throws {
        try await withStore { store in
            let ticket = try await store.tickets.issue(keyHash: "hash", lifetime: .seconds(30))
            #expect(try await store.tickets.redeem(ticket) == "hash")
            #expect(try await store.tickets.redeem(ticket) == nil)
            #expect(try await store.tickets.redeem("unknown") == nil)
        }
    }
}
