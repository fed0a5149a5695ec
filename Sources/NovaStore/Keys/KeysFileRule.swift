package import NovaContract
import RedisClient

/// A keys file as it was read: its entries, each with the file's origin.
package struct KeysFile: Sendable, Equatable {
    /// Names the file among those of other Novas on the same Redis, below the same prefix.
    package let origin: String
    package let keys: [APIKey]

    package init(origin: String, keys: [APIKey]) {
        self.origin = origin
        self.keys = keys
    }

    /// The origin where no other is set; keys of older versions are of it.
    package static let usualOrigin = "file"
}

/// What a keys file changed in Redis; ids of keys.
package struct KeysFileChanges: Sendable, Equatable {
    package internal(set) var added: [String] = []
    package internal(set) var changed: [String] = []
    package internal(set) var revoked: [String] = []
    /// In the file, but ended by `nova keys`: they stay so until the file gives them another secret.
    package internal(set) var endedByHand: [String] = []
    /// In the file, but their secret is that of a key made by `nova keys`, which is left as it is.
    package internal(set) var madeByHand: [String] = []

    package init() {}
}

/// Makes the keys in Redis that came from a keys file what the file says.
///
/// An entry that is new or differs is written, a secret that the file no longer has is revoked, and gateways that run are told
/// of each change. Keys made by `nova keys`, and those of other origins, are left alone. It may be done by several gateways
/// at once, be cut short anywhere and be done again; of two different files of one origin the last one that is read rules.
struct KeysFileRule: Sendable {
    package let store: Store
    let file: KeysFile

    /// How long the record of a revoked secret stays, so that a gateway that still runs with an older file does not put it back.
    private static let revokedKept = Duration.seconds(365 * 86_400)

    func apply() async throws -> KeysFileChanges {
        var changes = KeysFileChanges()
        try await findOlder()
        // First those that are to be there: whoever has a new secret can use it before the old one ends.
        for key in file.keys { try await give(key, &changes) }
        let wanted = Set(file.keys.map(\.hash))
        for hash in try await known() where !wanted.contains(hash) { try await take(hash, &changes) }
        return changes
    }

    // MARK: - An entry of the file

    private func give(_ key: APIKey, _ changes: inout KeysFileChanges) async throws {
        while true {
            let (text, record) = try await read(key.hash)
            if let record, !record.isConfigured {
                changes.madeByHand.append(key.id)
                return
            }
            let wanted = record.map { Self.merged(key, over: $0) } ?? key
            if wanted.isEndedByHand { changes.endedByHand.append(key.id) }
            // Before the record, so that none is without its place in the list of its origin.
            try await store.apiKeys.index(wanted)
            guard wanted != record else { return }
            guard try await replace(text, wanted) else {
                // Somebody else changed it just now.
                if wanted.isEndedByHand { changes.endedByHand.removeLast() }
                continue
            }
            try await store.apiKeys.tell(hash: key.hash)
            if let record, record.id != key.id { try await store.apiKeys.forget(id: record.id, of: key.hash) }
            if record == nil { changes.added.append(key.id) } else { changes.changed.append(key.id) }
            return
        }
    }

    /// What the file says, with what `nova keys` did to the record.
    private static func merged(_ key: APIKey, over record: APIKey) -> APIKey {
        var merged = key
        merged.createdAt = record.createdAt
        guard record.isEndedByHand || wasEndedByOlder(record, key), let end = record.expiresAt else { return merged }
        merged.isEndedByHand = true
        merged.expiresAt = min(end, key.expiresAt ?? end)
        return merged
    }

    /// Older versions wrote no more than an end: one that is over, though the file says a later one or none, was made by hand.
    private static func wasEndedByOlder(_ record: APIKey, _ key: APIKey) -> Bool {
        guard record.origin == nil, let end = record.expiresAt else { return false }
        return record.isExpired(at: Timestamp.milliseconds()) && key.expiresAt.map { end < $0 } ?? true
    }

    // MARK: - A secret that the file does not have

    private func take(_ hash: String, _ changes: inout KeysFileChanges) async throws {
        while true {
            let (text, record) = try await read(hash)
            guard let record, isRuled(record) else { break }
            let now = Timestamp.milliseconds()
            var ended = record
            ended.expiresAt = min(now, record.expiresAt ?? now)
            ended.origin = file.origin
            guard try await replace(text, ended, kept: Self.revokedKept) else { continue }
            try await store.apiKeys.tell(hash: hash)
            if !record.isExpired(at: now) { changes.revoked.append(record.id) }
            try await store.apiKeys.forget(id: record.id, of: hash)
            break
        }
        // Last, so that what was cut short is found again.
        _ = try await store.redis.command("HDEL", list, RedisArgument(hash))
    }

    private func isRuled(_ record: APIKey) -> Bool {
        record.isConfigured && (record.origin ?? KeysFile.usualOrigin) == file.origin
    }

    // MARK: - Keys of older versions

    /// Older versions kept no list of what came from a file, and lost sight of a secret when its entry got another one.
    private func findOlder() async throws {
        let records = OlderRecords(store: store, kind: "configured-keys", beginning: store.keys.apiKeyRecords)
        guard try await !records.isSettled() else { return }
        try await records.forEachBatch { names in
            let replies = try await store.redis.pipeline(names.map { ["GET", RedisArgument($0)] })
            for reply in replies {
                guard let bytes = try reply.get().bytes, let key = APIKey(json: try JSONValue(parsing: bytes)),
                    key.isConfigured, key.origin == nil
                else { continue }
                _ = try await store.redis.command(
                    "HSET",
                    RedisArgument(store.keys.configuredKeys(origin: KeysFile.usualOrigin)),
                    RedisArgument(key.hash),
                    RedisArgument(key.id)
                )
            }
        }
        try await records.settle()
    }

    // MARK: - Steps

    private var list: RedisArgument { RedisArgument(store.keys.configuredKeys(origin: file.origin)) }

    /// The hashes of all that came from this origin.
    private func known() async throws -> [String] {
        let reply = try await store.redis.command("HKEYS", list)
        guard let hashes = reply.array else { throw UnexpectedReply("HKEYS", reply) }
        return hashes.compactMap(\.string).sorted()
    }

    private func read(_ hash: String) async throws -> (text: [UInt8], key: APIKey?) {
        let reply = try await store.redis.command("GET", RedisArgument(store.keys.apiKey(hash: hash)))
        guard let bytes = reply.bytes else { return ([], nil) }
        return (bytes, APIKey(json: try JSONValue(parsing: bytes)))
    }

    /// `key-replace.lua`.
    ///
    /// - Returns: false where the record is not `text` any more.
    private func replace(_ text: [UInt8], _ key: APIKey, kept: Duration? = nil) async throws -> Bool {
        let reply = try await store.redis.evaluate(
            StoreScripts.replaceKey,
            keys: [RedisArgument(store.keys.apiKey(hash: key.hash))],
            arguments: [
                RedisArgument(text), RedisArgument(key.json.jsonString),
                kept.map { RedisArgument($0.wholeMilliseconds) } ?? "",
            ]
        )
        return reply.int == 1
    }
}
