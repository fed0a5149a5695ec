/// What happened in one minute, hour or day.
package struct ActivityBucket: Sendable, Equatable {
    /// Since 1970, in units of its resolution.
    package let number: Int64
    package var counts: [ActivityOutcome: Int]
    /// From when it could have begun to its begin, from there to its end, and both.
    package var queue: LatencyHistogram
    package var handling: LatencyHistogram
    package var total: LatencyHistogram
    /// Of a resource: how much was given.
    package var level: LevelRecord?

    package init(
        number: Int64,
        counts: [ActivityOutcome: Int] = [:],
        queue: LatencyHistogram = .init(),
        handling: LatencyHistogram = .init(),
        total: LatencyHistogram = .init(),
        level: LevelRecord? = nil
    ) {
        self.number = number
        self.counts = counts
        self.queue = queue
        self.handling = handling
        self.total = total
        self.level = level
    }

    package subscript(outcome: ActivityOutcome) -> Int { counts[outcome] ?? 0 }

    package mutating func merge(_ other: ActivityBucket) {
        counts.merge(other.counts, uniquingKeysWith: +)
        queue.merge(other.queue)
        handling.merge(other.handling)
        total.merge(other.total)
    }
}

/// How much of a resource was given while a bucket lasted, up to its last change; in thousandths, as `Amount`.
package struct LevelRecord: Sendable, Equatable {
    /// Before the bucket's first change.
    package let first: Double
    /// Amount times milliseconds, from the bucket's begin to `at`.
    package let integral: Double
    /// Milliseconds since 1970 of the last change.
    package let at: Int64
    /// Since then.
    package let last: Double
    package let maximum: Double
    package let capacity: Double

    package init(first: Double, integral: Double, at: Int64, last: Double, maximum: Double, capacity: Double) {
        self.first = first
        self.integral = integral
        self.at = at
        self.last = last
        self.maximum = maximum
        self.capacity = capacity
    }
}

/// How long a bucket lasts.
package enum ActivityResolution: String, Sendable, CaseIterable, Comparable {
    case minute = "m"
    case hour = "h"
    case day = "d"

    package var seconds: Int64 {
        switch self {
        case .minute: 60
        case .hour: 3_600
        case .day: 86_400
        }
    }

    /// How many buckets are kept, as in `lib-analytics.lua`.
    package var kept: Int64 {
        switch self {
        case .minute: 120
        case .hour: 72
        case .day: 31
        }
    }

    package static func < (left: ActivityResolution, right: ActivityResolution) -> Bool { left.seconds < right.seconds }
}

/// Whose activity it is, in one domain of an owner.
package struct ActivitySubject: Sendable, Hashable {
    /// As in the names of `lib-analytics.lua`.
    package let name: String

    private init(_ name: String) { self.name = name }

    /// All commands, and those by one key.
    package static let commands = ActivitySubject("commands")
    package static func key(_ id: String) -> ActivitySubject { .init("key:" + id) }
    /// Commands on all flows, and on one.
    package static let flows = ActivitySubject("flows")
    package static func flow(_ id: String) -> ActivitySubject { .init("flow:" + id) }
    /// Attempts of agents at tasks that are said to be a step of a flow.
    package static func step(_ step: String, of flow: String) -> ActivitySubject {
        .init("step:" + flow + "\u{1F}" + step)
    }
    /// Tasks that ended.
    package static let tasks = ActivitySubject("tasks")
    /// Attempts of all agents, and of one.
    package static let agents = ActivitySubject("agents")
    package static func agent(_ id: String) -> ActivitySubject { .init("agent:" + id) }
    /// Allocations of all resources, and of one.
    package static let resources = ActivitySubject("resources")
    package static func resource(_ id: String) -> ActivitySubject { .init("resource:" + id) }
}

/// A list of those of whom something is kept, the last active first.
package struct ActivityIndex: Sendable, Hashable {
    package let name: String

    package static let flows = ActivityIndex(name: "flow")
    package static let agents = ActivityIndex(name: "agent")
    package static let resources = ActivityIndex(name: "resource")
    package static let keys = ActivityIndex(name: "key")
    package static func steps(of flow: String) -> ActivityIndex { .init(name: "step:" + flow) }
}
