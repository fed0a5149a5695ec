import NovaContract
package import RedisClient

/// Why Redis does not do what it is asked, for a person who looks at Nova alone: in plain words, without hosts and addresses.
package struct StoreFault: Error, CustomStringConvertible {
    package let description: String

    package init(_ error: RedisError) { description = Self.sentence(error) }

    /// For example `the store refuses writes: it is a read-only replica`.
    package static func sentence(_ error: RedisError) -> String {
        switch error {
        case .server(let reply): sentences.first { reply.tells($0.code) }?.sentence ?? "the store does not answer"
        case .backlogFull: "the store has too much to do"
        case .notConnected(let reason) where refusals.contains { reason.contains($0) }:
            "the store does not let Nova in: the user or the password is wrong"
        default: "the store does not answer"
        }
    }

    private static let refusals = ["NOAUTH", "WRONGPASS", "NOPERM"]

    private static let sentences: [(code: String, sentence: String)] = [
        ("READONLY", "the store refuses writes: it is a read-only replica"),
        ("OOM", "the store refuses writes: its memory is full (maxmemory)"),
        ("NOREPLICAS", "the store refuses writes: too few replicas are connected (min-replicas-to-write)"),
        ("MISCONF", "the store refuses writes: it cannot save to its disk"),
        ("LOADING", "the store is not ready: it still loads its data"),
        ("MASTERDOWN", "the store refuses: it has lost its primary"),
        ("CLUSTERDOWN", "the store refuses: its cluster is down"),
        ("TRYAGAIN", "the store refuses: its cluster moves the data"),
        ("BUSY", "the store is held up by a long script"),
        ("NOPERM", "the store does not let Nova do this: its user lacks a right"),
        ("NOAUTH", "the store does not let Nova in: the user or the password is wrong"),
        ("WRONGPASS", "the store does not let Nova in: the user or the password is wrong"),
    ]
}

extension RedisServerError {
    /// Whether it is the error of this code, or that of a script over it, as Redis before 7 tells them:
    /// `ERR Error running script …: -READONLY …`.
    fileprivate func tells(_ code: String) -> Bool {
        self.code == code || (self.code == "ERR" && message.contains("-\(code) "))
    }
}

extension Store {
    /// Asks Redis for what requests ask: to take a write below this Nova's prefix.
    ///
    /// - Throws: `StoreFault` where it does not within 2 s.
    package func checkWrites() async throws {
        do {
            _ = try await redis.command(
                "SET",
                RedisArgument(keys.readiness),
                "1",
                "PX",
                "60000",
                deadline: .seconds(2)
            )
        } catch let error as RedisError {
            throw StoreFault(error)
        }
    }
}
