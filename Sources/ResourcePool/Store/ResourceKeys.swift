package import NovaContract
import NovaStore

/// The names of what is kept of resources.
extension RedisKeys {
    /// The beginning of all names of the resources of one owner and one domain; `lib-pools.lua` lists them.
    package func pools(owner: String, domain: String) -> String { space(of: .allocation, owner: owner, domain: domain) }
    package var poolSpaces: String { spaces(of: .allocation) }
}
