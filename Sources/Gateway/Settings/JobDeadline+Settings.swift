import NovaProcess
import NovaService

extension JobDeadline {
    /// Reads `jobs.default_deadline` and `jobs.maximum_deadline`.
    ///
    /// - Throws: `SettingsError` for the first that is wrong: shorter than a second, or the default beyond the maximum.
    init(_ settings: Settings) throws {
        self.init()
        longest = try settings[\JobSettings.maximumDeadline]
        standard = try settings[\JobSettings.defaultDeadline]
        guard standard <= longest else {
            let fault = SettingsError(
                key: "jobs.default_deadline",
                value: "\(standard.components.seconds)s",
                source: "settings",
                problem: "must not be longer than jobs.maximum_deadline, which is \(longest.components.seconds)s"
            )
            standard = try settings.refused(fault, longest)
            return
        }
    }
}
