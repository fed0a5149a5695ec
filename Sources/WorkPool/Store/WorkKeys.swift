package import NovaContract
import NovaStore

/// The names of what is kept of tasks and agents.
extension RedisKeys {
    /// The beginning of all names of the tasks and agents of one owner and one domain; `lib-work.lua` lists them.
    package func work(owner: String, domain: String) -> String {
        space(of: .coordination, owner: owner, domain: domain)
    }
    package var workSpaces: String { spaces(of: .coordination) }
    /// What was last seen of the models' server; empty: all is well.
    package var modelServer: String { "\(prefix):{models}:server" }
    /// Tells of tasks that became ready: `OWNER 0x1F DOMAIN 0x1F AGENT`, the agent where it is in that one's queue.
    package var readyChannel: String { "\(prefix):work-ready" }
    /// Tells of ended parts: the id of their coordination.
    package var coordinationChannel: String { "\(prefix):coordination-wakes" }
}
