extension Settings {
    /// One of a few words, as the cases of `Choice` are written.
    ///
    /// - Throws: ``SettingsError`` that lists the words.
    package func choice<Choice>(_ key: String, default fallback: Choice) throws -> Choice
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        guard let found = find(key) else { return fallback }
        guard case .scalar(let text) = found.value, let choice = Choice(rawValue: text.trimmed.lowercased()) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            let problem = "must be one of \(words)"
            return try refused(
                SettingsError(key: key, value: found.text, source: found.source, problem: problem),
                fallback
            )
        }
        return choice
    }
}
