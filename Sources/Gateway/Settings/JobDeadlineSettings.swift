import NovaService

extension JobDeadline {
    /// Reads `jobs.default_deadline` and `jobs.maximum_deadline`.
    ///
    /// - Throws: `SettingsError` for the first that is wrong: shorter than a second, or the default beyond the maximum.
    init(_ settings: Settings) throws {
        self.init()
        longest = try Self.read(settings.duration("jobs.maximum_deadline", default: longest), "jobs.maximum_deadline")
        standard = try Self.read(settings.duration("jobs.default_deadline", default: standard), "jobs.default_deadline")
        guard standard <= longest else {
            throw SettingsError(
                key: "jobs.default_deadline",
                value: "\(standard.components.seconds)s",
                source: "settings",
                problem: "must not be longer than jobs.maximum_deadline, which is \(longest.components.seconds)s"
            )
        }
    }

    private static func read(_ duration: Duration, _ key: String) throws -> Duration {
        guard duration >= .seconds(1) else {
            throw SettingsError(key: key, value: "\(duration)", source: "settings", problem: "must be 1s or longer")
        }
        return duration
    }
}
