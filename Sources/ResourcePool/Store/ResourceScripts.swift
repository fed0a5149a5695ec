import NovaStore
import RedisClient

/// The Lua scripts of resources and allocations.
enum ResourceScripts {
    static let lookAtPools = script("allocation-look", PackageResources.allocation_look_lua)
    static let commitAllocations = script("allocation-commit", PackageResources.allocation_commit_lua)
    static let endAllocation = script("allocation-end", PackageResources.allocation_end_lua)
    static let tickAllocations = script("allocation-tick", PackageResources.allocation_tick_lua)

    private static let libraries = [
        "lib-pools": PackageResources.lib_pools_lua
    ]

    private static func script(_ name: String, _ text: [UInt8]) -> RedisScript {
        StoreScripts.script(name, text, own: libraries)
    }
}
