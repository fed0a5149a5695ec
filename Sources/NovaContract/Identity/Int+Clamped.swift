extension Int {
    /// The sum, or the number nearest to it that there is.
    package func addingClamped(_ other: Int) -> Int {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? (other < 0 ? .min : .max) : sum
    }
}
