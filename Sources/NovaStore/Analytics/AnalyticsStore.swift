package import NovaContract
import RedisClient

/// What was counted by the scripts that end things, in one domain of an owner.
package struct AnalyticsStore: Sendable {
    package let store: Store

    /// Subjects that one call reads, so that Redis does nothing else for a few milliseconds at most.
    private static let subjectsAtOnce = 8
    /// The same, of steps whose durations are read.
    private static let stepsAtOnce = 16

    /// The buckets of each subject from the first to the last number, in order, those that hold something.
    ///
    /// Of a subject with levels, the newest one before `first` comes too.
    package func read(
        _ subjects: [ActivitySubject],
        _ resolution: ActivityResolution,
        from first: Int64,
        through last: Int64,
        domain: String,
        owner: String
    ) async throws -> [ActivitySubject: [ActivityBucket]] {
        var found: [ActivitySubject: [ActivityBucket]] = [:]
        for begin in stride(from: 0, to: subjects.count, by: Self.subjectsAtOnce) {
            let some = subjects[begin..<min(begin + Self.subjectsAtOnce, subjects.count)]
            let reply = try await store.redis.evaluate(
                StoreScripts.readAnalytics,
                keys: [RedisArgument(store.keys.analytics(owner: owner, domain: domain))],
                arguments: [RedisArgument(resolution.rawValue), RedisArgument(first), RedisArgument(last)]
                    + some.map { RedisArgument($0.name) }
            )
            guard let parts = reply.array, parts.count == some.count else {
                throw UnexpectedReply("analytics-read", reply)
            }
            for (subject, part) in zip(some, parts) {
                found[subject] = (part.array ?? []).compactMap(ActivityBucket.init).sorted { $0.number < $1.number }
            }
        }
        return found
    }

    /// The ids in an index, the last active first, and how many there are.
    package func ids(
        _ index: ActivityIndex,
        most: Int,
        domain: String,
        owner: String
    ) async throws -> (ids: [String], total: Int) {
        let reply = try await store.redis.evaluate(
            StoreScripts.indexAnalytics,
            keys: [RedisArgument(store.keys.analytics(owner: owner, domain: domain))],
            arguments: [RedisArgument(index.name), RedisArgument(most)]
        )
        guard let parts = reply.array, let total = parts.first?.int else {
            throw UnexpectedReply("analytics-index", reply)
        }
        return (parts.dropFirst().compactMap(\.string), Int(total))
    }

    /// How long the completed attempts at steps of a flow took, over the five weeks that are kept, this one among them.
    ///
    /// - Returns: by step, without those of which nothing is known.
    package func runs(
        of steps: [String],
        in flow: String,
        domain: String,
        owner: String
    ) async throws -> [String: LatencyHistogram] {
        var found: [String: LatencyHistogram] = [:]
        for begin in stride(from: 0, to: steps.count, by: Self.stepsAtOnce) {
            let some = steps[begin..<min(begin + Self.stepsAtOnce, steps.count)]
            let reply = try await store.redis.evaluate(
                StoreScripts.readRuns,
                keys: [RedisArgument(store.keys.analytics(owner: owner, domain: domain))],
                arguments: [RedisArgument(flow)] + some.map { RedisArgument($0) }
            )
            guard let parts = reply.array, parts.count == some.count else {
                throw UnexpectedReply("analytics-runs", reply)
            }
            for (step, part) in zip(some, parts) {
                let runs = LatencyHistogram(part)
                if !runs.isEmpty { found[step] = runs }
            }
        }
        return found
    }
}

extension ActivityBucket {
    /// As `analytics-read.lua` gives it.
    fileprivate init?(_ reply: RedisValue) {
        guard let parts = reply.array, parts.count == 6, let number = parts[0].int else { return nil }
        let counts = (parts[1].array ?? []).compactMap(\.int)
        var counted: [ActivityOutcome: Int] = [:]
        for index in stride(from: 0, to: counts.count - 1, by: 2) {
            // An outcome of a newer version is not known here.
            if let outcome = ActivityOutcome(rawValue: Int(counts[index])) { counted[outcome] = Int(counts[index + 1]) }
        }
        self.init(
            number: number,
            counts: counted,
            queue: LatencyHistogram(parts[2]),
            handling: LatencyHistogram(parts[3]),
            total: LatencyHistogram(parts[4]),
            level: LevelRecord(parts[5])
        )
    }
}

extension LatencyHistogram {
    fileprivate init(_ reply: RedisValue) {
        let flat = (reply.array ?? []).compactMap(\.int)
        guard flat.count >= 3 else {
            self.init()
            return
        }
        var bins: [Int: Int] = [:]
        for index in stride(from: 3, to: flat.count - 1, by: 2) {
            bins[Int(flat[2] + flat[index]), default: 0] += Int(flat[index + 1])
        }
        self.init(sum: flat[0], maximum: flat[1], bins: bins)
    }
}

extension LevelRecord {
    fileprivate init?(_ reply: RedisValue) {
        let values = (reply.array ?? []).compactMap { $0.string.flatMap { Double($0) } }
        guard values.count == 6, let at = Int64(exactly: values[2].rounded()) else { return nil }
        self.init(
            first: values[0],
            integral: values[1],
            at: at,
            last: values[3],
            maximum: values[4],
            capacity: values[5]
        )
    }
}
