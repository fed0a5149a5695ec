extension Duration {
    /// Cut to whole microseconds; see `wholeMilliseconds`.
    package var wholeMicroseconds: Int64 { whole(1_000_000) }
    /// Cut to whole milliseconds, as scripts and records take them.
    ///
    /// Longer than 73 million years (73,000 years in microseconds) is told as that, so that the sum of three such spans and a
    /// time fits: servers say how long to wait (`Retry-After`), and may say anything.
    package var wholeMilliseconds: Int64 { whole(1_000) }

    /// - Parameter parts: of a second, a power of ten up to a million.
    private func whole(_ parts: Int64) -> Int64 {
        let bound = Int64.max / 4
        let (whole, isTooMuch) = components.seconds.multipliedReportingOverflow(by: parts)
        guard !isTooMuch, whole > -bound, whole < bound else { return components.seconds < 0 ? -bound : bound }
        // Less than a second more: far from the end of the range.
        return whole + components.attoseconds / (1_000_000_000_000_000_000 / parts)
    }
}
