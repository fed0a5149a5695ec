import NovaStore
import RedisClient

/// The Lua scripts of memories.
enum MemoryScripts {
    static let putMemories = script("memory-put", PackageResources.memory_put_lua)
    static let changeMemory = script("memory-change", PackageResources.memory_change_lua)
    static let useMemories = script("memory-use", PackageResources.memory_use_lua)
    static let consolidateMemories = script("memory-consolidate", PackageResources.memory_consolidate_lua)
    static let embedMemories = script("memory-embed", PackageResources.memory_embed_lua)
    static let tickMemories = script("memory-tick", PackageResources.memory_tick_lua)

    private static let libraries = [
        "lib-memory": PackageResources.lib_memory_lua
    ]

    private static func script(_ name: String, _ text: [UInt8]) -> RedisScript {
        StoreScripts.script(name, text, own: libraries)
    }
}
