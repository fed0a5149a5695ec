import NovaContract

/// What counted jobs say: figures, sentences, and how sure they are.
struct FlowSummary: Sendable, Equatable {
    static let confidenceBasis =
        "1 minus the width of the 95 % Wilson score interval of the share of jobs that completed"

    private let figures: JobFigures

    init(_ figures: JobFigures) { self.figures = figures }

    /// Cancelled jobs say nothing of success.
    private var decided: Int { figures.completed + figures.failed }

    private var meanHandling: Double { Self.mean(figures.handling, figures.finished) }
    private var meanQueued: Double { Self.mean(figures.queued, figures.finished) }

    private static func mean(_ total: Duration, _ count: Int) -> Double {
        count == 0 ? 0 : Double(total.wholeMicroseconds) / 1_000_000 / Double(count)
    }

    var analytics: [String: JSONValue] {
        [
            "jobs": [
                "completed": JSONValue(figures.completed), "failed": JSONValue(figures.failed),
                "cancelled": JSONValue(figures.cancelled), "finished": JSONValue(figures.finished),
            ],
            "success_rate": decided == 0 ? .null : JSONValue(Double(figures.completed) / Double(decided)),
            "mean_handling_seconds": JSONValue(meanHandling),
            "mean_queue_seconds": JSONValue(meanQueued),
        ]
    }

    var insights: [String] {
        guard figures.finished > 0 else { return ["No job has finished yet."] }
        var insights: [String] = []
        if figures.failed > 0 {
            insights.append("\(figures.failed) of \(decided) jobs failed: look at the error of the newest ones.")
        } else if decided > 0 {
            insights.append("All \(decided) jobs completed.")
        }
        if figures.cancelled > 0 { insights.append("\(figures.cancelled) jobs were cancelled.") }
        if meanQueued > 0.1 && meanQueued > meanHandling {
            insights.append("Jobs wait longer than they run: more workers would answer sooner.")
        }
        return insights
    }

    var confidence: Double {
        let interval = WilsonInterval(successes: figures.completed, of: decided)
        return 1 - (interval.upper - interval.lower)
    }
}

/// The score interval of a share after Wilson (1927), for 95 %.
struct WilsonInterval: Sendable, Equatable {
    let lower: Double
    let upper: Double

    /// Without any observation the interval is everything.
    init(successes: Int, of count: Int) {
        guard count > 0 else {
            (lower, upper) = (0, 1)
            return
        }
        let z = 1.959_964
        let (total, share) = (Double(count), Double(successes) / Double(count))
        let scale = 1 + z * z / total
        let centre = (share + z * z / (2 * total)) / scale
        let spread = z / scale * (share * (1 - share) / total + z * z / (4 * total * total)).squareRoot()
        (lower, upper) = (max(0, centre - spread), min(1, centre + spread))
    }
}
