/// A fault that was injected, or something that was done to heal one.
package struct NotedFault: Codable, Sendable, Equatable {
    /// Groups faults in tables, such as `worker killed`; empty for healing.
    package let kind: String
    package let text: String
    /// Milliseconds from the begin of the run.
    package let at: Int

    package init(kind: String, text: String, at: Int) {
        self.kind = kind
        self.text = text
        self.at = at
    }
}
