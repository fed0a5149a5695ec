import NovaContract
package import NovaService
import NovaStore

/// The memory pool's own.
package struct MemorySettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.worker("memory")]
    package static let heading = "Memories, and the replicas that are searched."

    package let maximum = Setting.integer(
        "memory.maximum",
        default: 1_000_000,
        in: 1...100_000_000,
        "Memories that a domain may hold, the archived ones included; further ones are refused."
    )
    package let replicas = Setting.integer(
        "memory.replicas",
        default: 16,
        in: 1...10_000,
        """
        Domains whose replica this worker keeps: the one that was used longest ago goes first, and is made anew when it is \
        asked for again.
        """
    )
    package let replicaBytes = Setting.integer(
        "memory.replica_bytes",
        default: 2_147_483_648,
        in: 1 << 20...1 << 50,
        """
        Bytes of all replicas of this worker: beyond them the ones that were used longest ago go. The one that is used is \
        kept however large it is.
        """
    )
    package let tick = Setting.positive(
        "memory.tick",
        default: .seconds(1),
        "How often it is looked which memories' time is over, which have faded, and which have no vector."
    )
    package let halfLife = Setting.duration(
        "memory.half_life",
        default: MemoryRules().halfLife,
        """
        After which an episodic memory that is neither changed nor of use is half as important. 0s: none fades. The same in \
        all memory workers.
        """
    )
    package let archiveBelow = Setting.number(
        "memory.archive_below",
        default: MemoryRules().archiveBelow,
        in: 0.000_001...1,
        """
        Importance below which a faded one is archived, though never before a half-life is over: no search finds it, nothing \
        of it is lost. The same in all memory workers.
        """
    )
    package let consolidateEvery = Setting.duration(
        "memory.consolidate_every",
        default: .zero,
        "Between two times at which memories of a domain are consolidated without being asked to. 0s: never."
    )
    package let consolidateLeast = Setting.integer(
        "memory.consolidate_least",
        default: 50,
        in: 1...MemoryConsolidation.maximumMemories,
        "Memories that must wait for it."
    )
    package let consolidationModel = Setting.text(
        "memory.consolidation_model",
        default: "",
        "The model of `llm.base_url` that tells facts and summaries. Empty: they are picked from what is there."
    )
}

/// The server that makes vectors of memories and queries.
package struct EmbeddingSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.worker("memory")]

    package let baseURL = Setting.text(
        "embeddings.base_url",
        default: "",
        """
        A server that speaks OpenAI's API, with its version (http://localhost:1234/v1), for the vectors of memories. Empty: \
        only words are searched.
        """
    )
    package let apiKey = Setting.secret("embeddings.api_key", "Sent to it as a bearer token.")
    package let model = Setting.text(
        "embeddings.model",
        default: "all-minilm-l6-v2",
        """
        The server's name for the model. Another one puts all memories in line again; all workers must name the same.
        """
    )
    package let batch = Setting.integer("embeddings.batch", default: 64, in: 1...1_000, "Memories in one request.")
    package let timeout = Setting.positive(
        "embeddings.timeout",
        default: .seconds(60),
        "How long a request for the vectors of memories may take."
    )
    package let queryTimeout = Setting.positive(
        "embeddings.query_timeout",
        default: .seconds(1),
        "How long one for the vector of a query may take; past it, it is searched by words only."
    )
}
