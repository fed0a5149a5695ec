import NovaStore
package import RedisClient

/// The Lua scripts of flows.
package enum FlowScripts {
    static let storeFlow = StoreScripts.script("flow-store", PackageResources.flow_store_lua)
    package static let adoptFlow = StoreScripts.script("flow-adopt", PackageResources.flow_adopt_lua)
    package static let dropFlow = StoreScripts.script("flow-drop", PackageResources.flow_drop_lua)
}
