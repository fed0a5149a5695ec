/// A place in what a child has written: everything before it, on both streams together, is past.
package struct OutputMark: Sendable, Hashable {
    /// Lines written before it.
    let position: Int

    /// Before the first line.
    package static let start = OutputMark(position: 0)
}
