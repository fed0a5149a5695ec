/// A subscriber was told that events may be missing.
package struct ToldGap: Codable, Sendable, Equatable {
    package let subscriber: Int
    package let after: String
    package let next: String?
    /// Milliseconds from the begin of the run.
    package let at: Int

    package init(subscriber: Int, after: String, next: String?, at: Int = 0) {
        self.subscriber = subscriber
        self.after = after
        self.next = next
        self.at = at
    }
}
