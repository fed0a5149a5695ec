import CHiredis

/// Builds a `RedisValue` while hiredis walks a reply, in place of hiredis's own tree of C structures.
///
/// hiredis calls in document order, so a stack of unfinished arrays is all there is to know. The pointers that hiredis
/// wants back from the calls are only asked not to be null: `marker` is never dereferenced, and there is nothing to free.
final class ReplyBuilder {
    private struct OpenArray {
        var values: [RedisValue]
        var missing: Int
    }

    /// Arrays do not reserve more than this before their elements really come: the length is the server's word only.
    private static let trustedLength = 4096

    private var open: [OpenArray] = []
    private var whole: RedisValue?

    /// The reply that hiredis said is complete.
    func take() -> RedisValue? {
        defer { whole = nil }
        return whole
    }

    private func add(_ value: RedisValue) {
        var value = value
        while var array = open.popLast() {
            array.values.append(value)
            array.missing -= 1
            guard array.missing == 0 else {
                open.append(array)
                return
            }
            value = .array(array.values)
        }
        whole = value
    }

    private func beginArray(_ count: Int) {
        guard count > 0 else { return add(.array([])) }
        var values: [RedisValue] = []
        values.reserveCapacity(min(count, Self.trustedLength))
        open.append(OpenArray(values: values, missing: count))
    }

    private func addString(_ type: Int32, _ bytes: UnsafeRawBufferPointer) {
        switch type {
        case REDIS_REPLY_STATUS: add(.simple(String(decoding: bytes, as: UTF8.self)))
        case REDIS_REPLY_ERROR: add(.error(RedisServerError(line: String(decoding: bytes, as: UTF8.self))))
        default: add(.bulk(Array(bytes)))
        }
    }

    // MARK: Called by hiredis

    static let functions = redisReplyObjectFunctions(
        createString: { task, text, length in
            guard let task else { return nil }
            builder(task).addString(task.pointee.type, UnsafeRawBufferPointer(start: text, count: length))
            return marker
        },
        createArray: { task, count in
            guard let task else { return nil }
            builder(task).beginArray(Int(count))
            return marker
        },
        createInteger: { task, value in
            guard let task else { return nil }
            builder(task).add(.integer(value))
            return marker
        },
        createNil: { task in
            guard let task else { return nil }
            builder(task).add(.null)
            return marker
        },
        freeObject: nil
    )

    private static var marker: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: 1) }

    /// The decoder that owns both keeps the builder alive for as long as the reader.
    private static func builder(_ task: UnsafePointer<redisReadTask>) -> ReplyBuilder {
        Unmanaged<ReplyBuilder>.fromOpaque(task.pointee.privdata).takeUnretainedValue()
    }
}
