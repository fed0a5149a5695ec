package import NovaContract

extension API {
    /// All jobs of the key's owner that are listed, newest first.
    package func jobs() async throws -> [JSONValue] {
        try await get("/api/jobs?limit=100").json["jobs"]?.arrayValue ?? []
    }

    /// Asks again and again until that many jobs stand so.
    ///
    /// Which they will: what is waited for has been asked for.
    package func waitForJobs(_ count: Int, _ status: String = "queued") async throws {
        while try await jobs().count(where: { $0["status"] == .string(status) }) < count {
            try Task.checkCancellation()
        }
    }
}
