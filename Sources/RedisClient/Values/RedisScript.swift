import Crypto

/// A Lua script, sent by its SHA-1 once the server knows it.
package struct RedisScript: Sendable {
    /// For logs and errors; the server does not see it.
    package let name: String
    package let source: String
    /// Lower-case hexadecimal SHA-1 of the source: the name `EVALSHA` takes.
    ///
    /// Not a matter of security.
    package let sha1: String

    package init(name: String, source: String) {
        self.name = name
        self.source = source
        sha1 = Insecure.SHA1.hash(data: Array(source.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
