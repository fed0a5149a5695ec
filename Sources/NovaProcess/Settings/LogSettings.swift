package import Logging
package import NovaService

/// How processes log.
package struct LogSettings: SettingGroup {
    package init() {}
    package static let readers = NovaProgram.allCases

    package let format = Setting.choice(
        "log.format",
        default: LogFormat.json,
        "json: one object a line, for machines. text: for people."
    )
    package let level = Setting.choice(
        "log.level",
        default: Logger.Level.info,
        "Less important lines are not written."
    )
}

/// How a process logs.
package struct LogConfiguration: Sendable, Equatable {
    package let format: LogFormat
    package let level: Logger.Level

    package init(_ settings: Settings) throws {
        format = try settings[\LogSettings.format]
        level = try settings[\LogSettings.level]
    }
}
