/// The score interval of a share after Wilson (1927), for 95 %.
package struct WilsonInterval: Sendable, Equatable {
    package let lower: Double
    package let upper: Double

    /// Without any observation the interval is everything.
    package init(successes: Int, of count: Int) {
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
