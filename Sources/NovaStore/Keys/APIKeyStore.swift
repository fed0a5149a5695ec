package import NovaContract
import RedisClient

/// The API keys, by their hash.
package struct APIKeyStore: Sendable {
    package let store: Store

    package func get(hash: String) async throws -> APIKey? {
        let reply = try await store.redis.command("GET", RedisArgument(store.keys.apiKey(hash: hash)))
        guard let bytes = reply.bytes else { return nil }
        return APIKey(json: try JSONValue(parsing: bytes))
    }

    /// Stores a key, and tells every gateway, which may remember that it was not there; one of a keys file only where Redis
    /// has none with its secret, as after it lost its memory.
    ///
    /// - Returns: false where a configured key was already there.
    @discardableResult
    package func put(_ key: APIKey) async throws -> Bool {
        let name = RedisArgument(store.keys.apiKey(hash: key.hash))
        var command: [RedisArgument] = ["SET", name, RedisArgument(key.json.jsonString)]
        if key.isConfigured { command.append("NX") }
        let reply = try await store.redis.command(command)
        try await index(key)
        try await tell(hash: key.hash)
        return !reply.isNull
    }

    /// Makes the keys in Redis that came from a keys file what the file says: `KeysFileRule`.
    package func obey(_ file: KeysFile) async throws -> KeysFileChanges {
        try await KeysFileRule(store: store, file: file).apply()
    }

    /// Makes the key found by its id, and one of a keys file by its origin.
    func index(_ key: APIKey) async throws {
        if let origin = key.origin {
            _ = try await store.redis.command(
                "HSET",
                RedisArgument(store.keys.configuredKeys(origin: origin)),
                RedisArgument(key.hash),
                RedisArgument(key.id)
            )
        }
        _ = try await store.redis.command(
            "HSET",
            RedisArgument(store.keys.apiKeyIndex),
            RedisArgument(key.id),
            RedisArgument(key.hash)
        )
    }

    package func list() async throws -> [APIKey] {
        let reply = try await store.redis.command("HVALS", RedisArgument(store.keys.apiKeyIndex))
        guard let hashes = reply.array?.compactMap(\.string) else { throw UnexpectedReply("HVALS", reply) }
        guard !hashes.isEmpty else { return [] }
        let replies = try await store.redis.pipeline(
            hashes.map { ["GET", RedisArgument(store.keys.apiKey(hash: $0))] }
        )
        return try replies.compactMap { reply in
            guard let bytes = try reply.get().bytes else { return nil }
            return APIKey(json: try JSONValue(parsing: bytes))
        }
        .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    /// Revokes a key: its record goes, then every gateway is told.
    ///
    /// That of a key of a keys file stays, ended by hand, so that no gateway with that file brings it back. Where this
    /// throws, the key may be revoked with not every gateway told: call it again.
    ///
    /// - Returns: false where there is no key with this id.
    package func revoke(id: String) async throws -> Bool {
        guard let hash = try await hash(id: id) else { return false }
        if let key = try await get(hash: hash), key.isConfigured {
            try await replace(key.expiring(at: Timestamp.milliseconds()))
            try await tell(hash: hash)
            return true
        }
        _ = try await store.redis.command("DEL", RedisArgument(store.keys.apiKey(hash: hash)))
        try await tell(hash: hash)
        // Last, so that a call that fails midway can be repeated by the same id.
        _ = try await store.redis.command("HDEL", RedisArgument(store.keys.apiKeyIndex), RedisArgument(id))
        return true
    }

    /// Makes a new secret with the rights, limits, owner and expiry of the key with this id.
    ///
    /// The old secret works for `grace` more; zero: it is revoked at once. Both count against their own windows.
    ///
    /// Where this throws, the new key may be there (see `list`) while the old one still works: revoke one of them.
    ///
    /// - Returns: the new key, and its secret, which is kept nowhere; nil where there is no such key or it has expired.
    package func rotate(
        id: String,
        grace: Duration,
        newID: String = UUIDv7.make()
    ) async throws -> (key: APIKey, secret: String)? {
        let now = Timestamp.milliseconds()
        guard let hash = try await hash(id: id), let old = try await get(hash: hash), !old.isExpired(at: now) else {
            return nil
        }
        let secret = APIKeySecret.make()
        let key = old.renewed(id: newID, hash: APIKeySecret.hash(secret), at: now)
        try await put(key)
        guard grace > .zero else {
            _ = try await revoke(id: id)
            return (key, secret)
        }
        let end = now + grace.wholeMilliseconds
        try await replace(old.expiring(at: min(end, old.expiresAt ?? end)))
        try await tell(hash: hash)
        return (key, secret)
    }

    // MARK: - Steps

    /// Takes an id out of the list, unless another key has it by now.
    func forget(id: String, of hash: String) async throws {
        guard try await self.hash(id: id) == hash else { return }
        _ = try await store.redis.command("HDEL", RedisArgument(store.keys.apiKeyIndex), RedisArgument(id))
    }

    private func hash(id: String) async throws -> String? {
        try await store.redis.command("HGET", RedisArgument(store.keys.apiKeyIndex), RedisArgument(id)).string
    }

    /// Only where there is a record: one that was revoked meanwhile does not come back.
    private func replace(_ key: APIKey) async throws {
        _ = try await store.redis.command(
            "SET",
            RedisArgument(store.keys.apiKey(hash: key.hash)),
            RedisArgument(key.json.jsonString),
            "XX"
        )
    }

    /// Tells the gateways to look the key up again.
    func tell(hash: String) async throws {
        _ = try await store.redis.command("PUBLISH", RedisArgument(store.keys.revocationChannel), RedisArgument(hash))
    }
}
