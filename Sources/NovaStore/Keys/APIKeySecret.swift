import Crypto

/// Making and hashing of API keys and tickets.
package enum APIKeySecret {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// A new secret: `prefix` and 43 characters of 62, more than 256 bits.
    package static func make(prefix: String = "nova_") -> String {
        var generator = SystemRandomNumberGenerator()
        let characters = (0..<43).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        return prefix + String(decoding: characters, as: UTF8.self)
    }

    /// SHA-256, 64 hexadecimal digits.
    ///
    /// Secrets are compared by it, and never kept.
    package static func hash(_ secret: String) -> String { hash(Array(secret.utf8)) }

    package static func hash(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let characters = SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: characters, as: UTF8.self)
    }
}
