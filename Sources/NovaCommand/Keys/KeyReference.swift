import NovaContract
import NovaStore

/// How a key is named on the command line: by its id, or by its name where only one active key has it.
enum KeyReference {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// A new id: short enough to be typed, 36¹² of them.
    static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        let characters = (0..<12).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        return "key_" + String(decoding: characters, as: UTF8.self)
    }

    /// - Throws: `CommandFailure` where there is none, or more than one.
    static func resolve(_ text: String, in keys: [APIKey], now: Int64 = Timestamp.milliseconds()) throws -> APIKey {
        if let key = keys.first(where: { $0.id == text }) { return key }
        let named = keys.filter { $0.name == text }
        let active = named.filter { !$0.isExpired(at: now) }
        if active.count == 1 { return active[0] }
        if active.isEmpty, named.count == 1 { return named[0] }
        guard !named.isEmpty else {
            throw CommandFailure(.failed, "there is no key \"\(text)\": `nova keys list` shows all")
        }
        let ids = (active.isEmpty ? named : active).map(\.id).joined(separator: ", ")
        throw CommandFailure(.failed, "several keys are named \"\(text)\": say which by its id, one of \(ids)")
    }
}
