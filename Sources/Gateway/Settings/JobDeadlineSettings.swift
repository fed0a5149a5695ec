import NovaService

extension JobDeadline {
    /// Reads `jobs.default_deadline` and `jobs.maximum_deadline`.
    ///
    /// - Throws: `SettingsError` for the first that is wrong: shorter than a second, or the default beyond the maximum.
    init(_ settings: Settings) throws {
        self.init()
        let longest = try settings.duration("jobs.maximum_deadline", default: self.longest)
        self.longest = try Self.checked(longest, "jobs.maximum_deadline", settings)
        let standard = try settings.duration("jobs.default_deadline", default: self.standard)
        self.standard = try Self.checked(standard, "jobs.default_deadline", settings)
        guard self.standard <= self.longest else {
            let fault = SettingsError(
                key: "jobs.default_deadline",
                value: "\(self.standard.components.seconds)s",
                source: "settings",
                problem: "must not be longer than jobs.maximum_deadline, which is \(self.longest.components.seconds)s"
            )
            self.standard = try settings.refused(fault, self.longest)
            return
        }
    }

    private static func checked(_ duration: Duration, _ key: String, _ settings: Settings) throws -> Duration {
        guard duration < .seconds(1) else { return duration }
        let fault = SettingsError(key: key, value: "\(duration)", source: "settings", problem: "must be 1s or longer")
        return try settings.refused(fault, .seconds(1))
    }
}
