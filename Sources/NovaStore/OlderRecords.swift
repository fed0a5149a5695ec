import NovaContract
import RedisClient

/// What older versions of Nova left in Redis under names that begin alike, and whether it has been dealt with.
package struct OlderRecords: Sendable {
    package let store: Store
    /// Tells one kind from another.
    package let kind: String
    /// Begins all their names.
    package let beginning: String

    package init(store: Store, kind: String, beginning: String) {
        self.store = store
        self.kind = kind
        self.beginning = beginning
    }

    /// How long it is looked again after nothing was left: processes of the older version may run beside those of this one
    /// while one after the other is replaced.
    package static let watch = Duration.seconds(86_400)
    /// Names of one reply, about.
    private static let batch = 500

    /// Whether nothing was left longer than `watch` ago, so that Redis need not be searched again.
    package func isSettled() async throws -> Bool {
        let reply = try await store.redis.command("GET", RedisArgument(store.keys.settled(kind)))
        guard let at = reply.string.flatMap({ Int64($0) }) else { return false }
        return Timestamp.milliseconds() - at > Self.watch.wholeMilliseconds
    }

    /// Nothing is left.
    package func settle() async throws {
        let now = RedisArgument(Timestamp.milliseconds())
        _ = try await store.redis.command("SET", RedisArgument(store.keys.settled(kind)), now, "NX")
    }

    /// Calls `body` with the names, some at a time; one may come twice.
    ///
    /// Whatever is there from the begin to the end comes.
    package func forEachBatch(_ body: ([String]) async throws -> Void) async throws {
        var cursor = "0"
        repeat {
            let reply = try await store.redis.command(
                "SCAN",
                RedisArgument(cursor),
                "MATCH",
                RedisArgument(Self.literal(beginning) + "*"),
                "COUNT",
                RedisArgument(Self.batch)
            )
            guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let names = parts[1].array
            else { throw UnexpectedReply("SCAN", reply) }
            if !names.isEmpty { try await body(names.compactMap(\.string)) }
            cursor = next
        } while cursor != "0"
    }

    /// Text as a pattern that means nothing but itself.
    private static func literal(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if "*?[]\\^-".utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
