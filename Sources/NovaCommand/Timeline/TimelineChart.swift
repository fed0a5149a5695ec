/// Steps as bars on a time axis, one a line, in the order they start.
struct TimelineChart {
    let axis: TimeAxis
    let labelWidth: Int
    let criticalSteps: Set<String>
    let style: TextStyle
    /// Bars shown at most; of more, those that matter most.
    var maximumRows = 40

    /// Columns between label and bars.
    static let gap = 2

    func lines(_ bars: [TimelineBar]) -> [String] {
        let shown = selected(bars)
        let axisLine = String(repeating: " ", count: labelWidth + Self.gap) + axis.labels
        let omitted = bars.count - shown.count
        let note = omitted == 0 ? [] : [style.dim("  and \(omitted) more steps, not drawn")]
        return [style.dim(axisLine)] + shown.map(line) + note
    }

    private func line(_ bar: TimelineBar) -> String {
        let isCritical = criticalSteps.contains(bar.step)
        let label = TextLayout.left((isCritical ? "* " : "  ") + TextLayout.printable(bar.step), labelWidth)
        let drawn = drawing(bar, isCritical: isCritical)
        let gap = String(repeating: " ", count: Self.gap)
        return isCritical ? style.critical(label) + gap + drawn : label + gap + drawn
    }

    /// Blanks up to the start, then the bar; nothing follows it.
    private func drawing(_ bar: TimelineBar, isCritical: Bool) -> String {
        let columns = axis.columns(of: bar)
        let ink =
            columns.isEmpty
            ? style.instant
            : String(repeating: isCritical ? style.criticalBar : style.ordinaryBar, count: columns.count)
        let start = min(columns.lowerBound, axis.width - 1)
        return String(repeating: " ", count: start) + (isCritical ? style.critical(ink) : style.ordinary(ink))
    }

    /// All bars, or of too many those of the critical path, then the longest.
    private func selected(_ bars: [TimelineBar]) -> [TimelineBar] {
        var chosen = Array(bars.enumerated())
        if bars.count > maximumRows {
            chosen.sort { left, right in
                let (first, second) = (rank(left.element), rank(right.element))
                return first == second ? left.offset < right.offset : first > second
            }
            chosen.removeLast(bars.count - maximumRows)
        }
        return chosen.sorted { left, right in
            (left.element.start, left.element.finish, left.offset)
                < (right.element.start, right.element.finish, right.offset)
        }
        .map(\.element)
    }

    private func rank(_ bar: TimelineBar) -> Double {
        criticalSteps.contains(bar.step) ? .infinity : bar.finish - bar.start
    }
}
