/// How long a suspect is alone.
enum SuspectPolicy {
    private static let longest = Duration.seconds(86_400)

    /// Four times as long each time that an attempt of its command was left unended, up to a day: what kills late is alone
    /// in the end, and long commands that were only beside it hold the others up for a short time each.
    ///
    /// - Parameters:
    ///   - first: after the first such attempt; a year at most, as settings are.
    ///   - left: attempts that were left unended.
    static func timeAlone(_ first: Duration, left: Int) -> Duration {
        min(first * (1 << (2 * min(max(left - 1, 0), 7))), longest)
    }
}
