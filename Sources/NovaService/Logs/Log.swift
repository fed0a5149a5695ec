package import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line, for machines.
    case json
    /// Text for people; coloured when standard error is a terminal.
    case text
}

/// Where the process's logs go: standard error, one line an entry.
package enum Log {
    /// Makes every `Logger` created from now on write to standard error.
    ///
    /// Call once, before the first logger is made; a second call ends the process, by swift-log's own rule.
    ///
    /// A line is written by the thread that logs, which waits while whatever reads standard error does not read.
    ///
    /// - Parameters:
    ///   - format: How a line looks.
    ///   - level: The least important level that is written; a logger may set its own.
    ///   - service: The process's name, in every line of the JSON format.
    package static func bootstrap(format: LogFormat, level: Logger.Level, service: String) {
        let sink = StandardErrorSink()
        let style: any LogStyle =
            switch format {
            case .json: JSONLogStyle(service: service)
            case .text: TextLogStyle(colour: isatty(STDERR_FILENO) == 1)
            }
        LoggingSystem.bootstrap(
            { label, provider in
                LineLogHandler(label: label, level: level, style: style, sink: sink, metadataProvider: provider)
            },
            metadataProvider: .trace
        )
    }
}
