/// Why a process will not start: one setting, or the settings file as a whole, is not usable.
///
/// The text names the key, where its value came from, the value itself and what would be right. The value of a secret
/// is never in it.
package struct SettingsError: Error, CustomStringConvertible, Equatable {
    /// The dotted key, or nil when the file as a whole is at fault.
    package let key: String?
    /// The value that was refused; nil for a secret and for a fault of the file.
    package let value: String?
    /// Where the value came from: an environment variable's name or a file's path.
    package let source: String
    /// What would be right, or what went wrong.
    package let problem: String

    package init(key: String? = nil, value: String? = nil, source: String, problem: String) {
        self.key = key
        self.value = value
        self.source = source
        self.problem = problem
    }

    package var description: String {
        switch (key, value) {
        case (nil, _): "settings file \(source): \(problem)"
        case (let key?, nil): "setting \(key) (from \(source)): \(problem)"
        case (let key?, let value?): "setting \(key) = \"\(value)\" (from \(source)): \(problem)"
        }
    }
}
