/// The common axis of the bars: time in columns, and where the marks stand.
struct TimeAxis {
    /// Seconds.
    let horizon: Double
    /// Columns.
    let width: Int

    /// - Parameter horizon: The latest finish that is drawn; zero is drawn as an axis without extent.
    init(horizon: Double, width: Int) {
        self.horizon = max(horizon, 0)
        self.width = max(width, 1)
    }

    /// The column boundary of a time, 0…width.
    ///
    /// Start and finish are rounded alike, so that a step that begins when
    /// another ends is drawn where the other stops.
    func column(_ time: Double) -> Int {
        guard horizon > 0 else { return 0 }
        return Self.columns(time / horizon, of: width)
    }

    /// A share of a width in whole columns, 0…width, whatever a server said the share was.
    static func columns(_ share: Double, of width: Int) -> Int {
        // Bounded while it is a Double: `Int` takes no infinity, and nothing that is no number.
        share.isNaN ? 0 : Int((min(max(share, 0), 1) * Double(width)).rounded())
    }

    /// The columns a bar fills; empty for one that is too short to be seen.
    func columns(of bar: TimelineBar) -> Range<Int> { column(bar.start)..<max(column(bar.start), column(bar.finish)) }

    // MARK: - Marks

    private static let steps: [Double] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    ]

    /// Room for the longest label, `55 min 30 s`, and a blank.
    private static let columnsPerMark = 12

    /// Seconds between two marks: a round number.
    var step: Double {
        guard horizon > 0 else { return 1 }
        let least = horizon * Double(Self.columnsPerMark) / Double(width)
        if let step = Self.steps.first(where: { $0 >= least }), least > 0.5 { return step }
        return Self.decimalStep(atLeast: least)
    }

    /// 1, 2 or 5 times a power of ten: below a second and above a day.
    private static func decimalStep(atLeast least: Double) -> Double {
        var power = least < 1 ? 1e-9 : 86_400.0
        while power * 10 < least { power *= 10 }
        return [power, power * 2, power * 5, power * 10].first { $0 >= least } ?? power * 10
    }

    /// The line of times above the bars.
    var labels: String {
        var line = "0"
        guard horizon > 0 else { return line }
        let step = step
        var time = step
        while time.isFinite, time <= horizon * (1 + 1e-9) {
            let text = SpanText.of(time)
            let gap = column(time) - line.count
            // One without room, as the last often is, is left out rather than moved.
            if gap > 0, line.count + gap + text.count <= width {
                line += String(repeating: " ", count: gap) + text
            }
            time += step
        }
        return line
    }
}
