import Crypto

/// Ids of what is made of other memories: the same at every attempt, so that none is made twice.
enum ConsolidatedID {
    static func make(_ kind: String, _ parts: [String]) -> String {
        let digest = SHA256.hash(data: Array(parts.joined(separator: "\u{1F}").utf8))
        let digits = Array("0123456789abcdef")
        return kind + "-" + String(digest.prefix(12).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
