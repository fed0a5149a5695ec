package import NovaContract

/// What time is asked for, and in which steps.
package struct ActivityWindow: Sendable, Equatable {
    /// Milliseconds since 1970; the begin of a step, and the end of the last.
    package let from: Int64
    package let to: Int64
    /// Seconds.
    package let step: Int64
    package let resolution: ActivityResolution
    /// Milliseconds since 1970; nothing is known of what comes after.
    package let now: Int64

    package static let mostSteps: Int64 = 500
    private static let stepsByDefault: Int64 = 120

    /// - Parameters:
    ///   - from: milliseconds since 1970; nil: an hour before the end.
    ///   - to: the same; nil: now.
    ///   - step: seconds; nil: what gives at most about 120 steps.
    /// - Throws: `NovaError` `VALIDATION_ERROR`.
    package init(from: Int64?, to: Int64?, step: Int64?, now: Int64) throws(NovaError) {
        let end = min(to ?? now, now)
        let begin = from ?? end - 3_600_000
        guard begin < end else {
            let words = "must be before to, which is \(Timestamp.string(milliseconds: end))"
            throw NovaError(.validationError, "from: \(words)", details: [.init("/from", words)])
        }
        guard let finest = ActivityResolution.allCases.sorted().first(where: { Self.keeps($0, begin, now) }) else {
            let words = "must be within the \(ActivityResolution.day.kept) days that are kept"
            throw NovaError(.validationError, "from: \(words)", details: [.init("/from", words)])
        }
        let seconds = step ?? Self.step(finest, begin, end)
        guard seconds >= finest.seconds, seconds % finest.seconds == 0 else {
            let words = "must be a multiple of \(finest.seconds) seconds: of that time only so much is kept"
            throw NovaError(.validationError, "step: \(words)", details: [.init("/step", words)])
        }
        self.step = seconds
        let wide = ActivityResolution.allCases.filter { seconds % $0.seconds == 0 && Self.keeps($0, begin, now) }
        resolution = wide.max() ?? finest
        self.now = now
        guard seconds <= resolution.seconds * resolution.kept else {
            let words =
                "must be at most \(resolution.seconds * resolution.kept) seconds, for which its buckets are kept"
            throw NovaError(.validationError, "step: \(words)", details: [.init("/step", words)])
        }
        let milliseconds = seconds * 1_000
        self.from = begin / milliseconds * milliseconds
        self.to = (end + milliseconds - 1) / milliseconds * milliseconds
        guard steps <= Self.mostSteps else {
            let words = "must be longer: \(steps) steps are more than \(Self.mostSteps)"
            throw NovaError(.validationError, "step: \(words)", details: [.init("/step", words)])
        }
    }

    private static func keeps(_ resolution: ActivityResolution, _ begin: Int64, _ now: Int64) -> Bool {
        begin / 1_000 / resolution.seconds > now / 1_000 / resolution.seconds - resolution.kept
    }

    private static func step(_ resolution: ActivityResolution, _ begin: Int64, _ end: Int64) -> Int64 {
        let buckets = (end - begin) / 1_000 / resolution.seconds
        return resolution.seconds * max(1, (buckets + stepsByDefault - 1) / stepsByDefault)
    }

    package var steps: Int64 { (to - from) / (step * 1_000) }
    /// Of it, up to now.
    package var seconds: Double { seconds(from, to) }
    /// Of a step, the first is 0, up to now.
    package func seconds(ofStep step: Int64) -> Double {
        let begin = from + step * self.step * 1_000
        return seconds(begin, begin + self.step * 1_000)
    }
    private func seconds(_ begin: Int64, _ end: Int64) -> Double { max(1, Double(min(end, now) - begin) / 1_000) }

    /// None of those that are not kept any more, where a step began before.
    package var firstBucket: Int64 {
        max(from / 1_000 / resolution.seconds, now / 1_000 / resolution.seconds - resolution.kept + 1)
    }
    package var lastBucket: Int64 { (to - 1) / 1_000 / resolution.seconds }
    /// Whether it reaches up to now.
    package var isCurrent: Bool { to >= now }

    /// Milliseconds since 1970 at which a bucket begins.
    package func begin(of bucket: Int64) -> Int64 { bucket * resolution.seconds * 1_000 }
}
