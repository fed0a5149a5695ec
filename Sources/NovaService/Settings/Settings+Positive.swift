extension Settings {
    /// A span of time longer than zero.
    package func positive(_ key: String, default fallback: Duration) throws -> Duration {
        let duration = try self.duration(key, default: fallback)
        guard duration > .zero else {
            let fault = SettingsError(key: key, value: "0", source: "settings", problem: "must be longer than zero")
            return try refused(fault, fallback)
        }
        return duration
    }
}
