import NovaContract

extension Duration {
    /// Seconds with six digits behind the point, for example `0.001250`.
    var secondsText: String {
        let microseconds = max(0, wholeMicroseconds)
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
    }
}
