package import NovaContract
import NovaStore

/// The names of what is kept of memories.
extension RedisKeys {
    /// The beginning of all names of the memories of one owner and one domain; `lib-memory.lua` lists them.
    package func memory(owner: String, domain: String) -> String { space(of: .memory, owner: owner, domain: domain) }
    package var memorySpaces: String { spaces(of: .memory) }
}
