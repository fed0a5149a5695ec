package import ChildProcesses

/// A running broker process.
package struct TestBroker: Sendable {
    package struct OrderRefused: Error, CustomStringConvertible {
        package let order: String
        package let answer: String
        package var description: String { "the broker answered `\(order)` with `\(answer)`" }
    }

    package let kind: BrokerKind
    package let bootstrapServers: String
    package let process: ChildProcess
    /// Where an independent broker keeps its records, and the port it is to be restarted on; nil for the embedded one.
    package let place: Place?

    package struct Place: Sendable {
        package let port: Int
        package let directory: String
    }

    /// Gives the embedded cluster an order and returns once it is carried out.
    ///
    /// One order at a time.
    ///
    /// `topic NAME PARTITIONS`, `down ID`, `up ID`, `coordinator group GROUP ID`, `errors APIKEY CODE COUNT`,
    /// `delay ID MS`.
    /// - Throws: ``OrderRefused``; `ChildProcessError` when the broker has ended.
    package func order(_ order: String) async throws {
        let mark = process.mark
        try await process.send(line: order)
        let answer = try await process.line(after: mark) { $0.hasPrefix("ok") || $0.hasPrefix("error") }
        guard answer.hasPrefix("ok") else { throw OrderRefused(order: order, answer: answer) }
    }
}
