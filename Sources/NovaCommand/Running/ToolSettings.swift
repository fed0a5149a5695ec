import NovaProcess
import NovaService

/// The settings that a gateway would have, with what the command line says on top.
enum ToolSettings {
    /// - Parameters:
    ///   - file: The settings file, or nil for the one of `NOVA_CONFIG`, if any.
    ///   - overrides: Environment variables that win.
    /// - Throws: `CommandFailure` that names the setting.
    static func load(
        file: String?,
        overrides: [String: String?]
    ) async throws -> (process: ProcessSettings, topics: TopicConfiguration) {
        let environment = Surroundings.environment.merging(overrides.compactMapValues(\.self)) { $1 }
        do {
            let settings = try await Settings.load(file: file, environment: environment)
            return (try ProcessSettings(settings, clientName: "nova"), try TopicConfiguration(settings))
        } catch let error as SettingsError {
            throw CommandFailure(.configuration, error.description)
        }
    }
}
