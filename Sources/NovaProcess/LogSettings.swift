package import Logging
package import NovaService

extension Logger.Level {
    /// The levels as settings name them.
    fileprivate enum Word: String, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }
}

/// How a process logs.
package struct LogSettings: Sendable, Equatable {
    package let format: LogFormat
    package let level: Logger.Level

    /// Reads `log.format` and `log.level`.
    package init(_ settings: Settings) throws {
        format = try settings.choice("log.format", default: LogFormat.json)
        let word = try settings.choice("log.level", default: Logger.Level.Word.info)
        level = Logger.Level(rawValue: word.rawValue) ?? .info
    }
}
