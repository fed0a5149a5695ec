/// The result of an optimization as a page of text: before and after on one axis, what is used, what to change.
struct TimelineReport {
    let result: FlowResult
    /// Amount of each resource, where the flow is at hand.
    var capacity: [String: Double] = [:]
    let width: Int
    let style: TextStyle

    var lines: [String] {
        var lines = headline
        if let before = result.submittedMakespan, !result.submittedSchedule.isEmpty {
            lines += ["", title("Before", "in the order submitted", before)]
            lines += chart(criticalSteps: []).lines(result.submittedSchedule)
        }
        lines += ["", title("After", "optimized", result.makespan, change: change)]
        lines += chart(criticalSteps: Set(result.criticalPath)).lines(result.schedule)
        lines += criticalPath + usage + advice
        return lines
    }

    // MARK: - Head

    private var headline: [String] {
        let name = result.flowID.isEmpty ? "" : " \(TextLayout.printable(result.flowID))"
        let count = result.schedule.count
        let head = "Flow\(name): \(count) \(count == 1 ? "step" : "steps"), \(SpanText.of(result.makespan))"
        let wrapped = TextLayout.wrapped(quality, to: width)
        return [style.bold(TextLayout.truncated(head, to: width))] + wrapped
    }

    /// How good the schedule surely is.
    private var quality: String {
        var parts: [String] = []
        if let sequential = result.sequential, sequential > result.makespan {
            parts.append("One step after another it would take \(SpanText.of(sequential)).")
        }
        if result.isOptimal {
            parts.append("No schedule can be shorter.")
        } else if let bound = result.lowerBound {
            let source = result.lowerBoundSource.map { " (\($0))" } ?? ""
            parts.append("No schedule can be shorter than \(SpanText.of(bound))\(TextLayout.printable(source)).")
        }
        return parts.joined(separator: " ")
    }

    private var change: String? {
        guard let before = result.submittedMakespan, before > 0, before > result.makespan else { return nil }
        return style.good("\(SpanText.percent((before - result.makespan) / before)) shorter")
    }

    private func title(_ name: String, _ what: String, _ makespan: Double, change: String? = nil) -> String {
        let head = style.bold(TextLayout.left(name, 7)) + what + ", " + SpanText.of(makespan)
        return change.map { head + ", " + $0 } ?? head
    }

    // MARK: - Bars

    private func chart(criticalSteps: Set<String>) -> TimelineChart {
        let horizon = (result.schedule + result.submittedSchedule).map(\.finish).max() ?? 0
        return TimelineChart(
            axis: TimeAxis(horizon: horizon, width: max(10, width - labelWidth - TimelineChart.gap)),
            labelWidth: labelWidth,
            criticalSteps: criticalSteps,
            style: style
        )
    }

    /// As wide as the longest id, but never more than a third of the line.
    private var labelWidth: Int {
        let longest = result.schedule.map { DisplayWidth.of(TextLayout.printable($0.step)) }.max() ?? 0
        return min(max(longest + 2, 6), width / 3)
    }

    private var criticalPath: [String] {
        guard !result.criticalPath.isEmpty else { return [] }
        let path = result.criticalPath.map(TextLayout.printable).joined(separator: " \(style.arrow) ")
        return [""] + hanging("* ", "critical path: " + path, limit: 6)
    }

    // MARK: - Resources and advice

    private var usage: [String] {
        guard !result.utilization.isEmpty else { return [] }
        let label = min(max(result.utilization.map { DisplayWidth.of($0.name) }.max() ?? 0, 6), width / 3)
        let bar = min(30, max(10, width - label - 26))
        return ["", style.bold("Resources in use")]
            + result.utilization.map { name, share in
                let filled = TimeAxis.columns(share, of: bar)
                let of = capacity[name].map { " of " + SpanText.decimals($0, 3) } ?? ""
                return "  " + TextLayout.left(TextLayout.printable(name), label) + "  "
                    + style.ordinary(String(repeating: style.criticalBar, count: filled))
                    + style.dim(String(repeating: style.emptyBar, count: bar - filled))
                    + " " + TextLayout.right(SpanText.percent(share), 5) + of
            }
    }

    private var advice: [String] {
        guard !result.recommendations.isEmpty else {
            let reason = result.reason.map { ": " + TextLayout.printable($0) } ?? ""
            return [""] + TextLayout.wrapped("Nothing to change" + reason, to: width)
        }
        let figures = String(result.recommendations.count).count
        return ["", style.bold("What to change, greatest effect first")]
            + result.recommendations.enumerated().flatMap { index, recommendation in
                hanging(
                    "  " + TextLayout.right("\(index + 1)", figures) + "  ",
                    TextLayout.printable(recommendation.text) + saving(recommendation),
                    limit: 4
                )
            }
    }

    private func saving(_ recommendation: FlowResult.Recommendation) -> String {
        let text = "saves \(SpanText.of(recommendation.saves))"
        // The worker's sentence may say so itself.
        return recommendation.saves > 0 && !recommendation.text.contains("saves") ? " (\(text))" : ""
    }

    /// `text` wrapped behind `mark`, its later lines indented alike; at most `limit` lines.
    private func hanging(_ mark: String, _ text: String, limit: Int) -> [String] {
        let indent = String(repeating: " ", count: DisplayWidth.of(mark))
        var lines = TextLayout.wrapped(text, to: width - indent.count)
        if lines.count > limit {
            lines.removeLast(lines.count - limit)
            lines[limit - 1] = TextLayout.truncated(lines[limit - 1] + " …", to: width - indent.count)
        }
        return lines.enumerated().map { ($0 == 0 ? mark : indent) + $1 }
    }
}
