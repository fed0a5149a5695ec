import CStemmer

/// Cuts words to their stems: Snowball, of libstemmer.
///
/// Not for two tasks at once: the algorithm keeps its state.
final class Stemmer {
    private let handle: OpaquePointer

    /// Nil where the library does not know the language.
    init?(_ language: Language) {
        guard let handle = sb_stemmer_new(language.rawValue, "UTF_8") else { return nil }
        self.handle = handle
    }

    deinit { sb_stemmer_delete(handle) }

    func stem(_ word: String) -> String {
        var word = word
        return word.withUTF8 { bytes in
            guard let stem = sb_stemmer_stem(handle, bytes.baseAddress, Int32(bytes.count)) else {
                // Out of memory: the word serves as well.
                return String(decoding: bytes, as: UTF8.self)
            }
            return String(
                decoding: UnsafeBufferPointer(start: stem, count: Int(sb_stemmer_length(handle))),
                as: UTF8.self
            )
        }
    }
}
