/// One line a child wrote, without its line end.
package struct ChildOutput: Sendable, Hashable {
    package enum Stream: Sendable, Hashable {
        case standardOutput, standardError
    }

    package let stream: Stream
    /// Bytes that are not UTF-8 are replaced.
    ///
    /// A line longer than 64 KiB comes in pieces of that size.
    package let line: String

    package init(stream: Stream, line: String) {
        self.stream = stream
        self.line = line
    }
}
