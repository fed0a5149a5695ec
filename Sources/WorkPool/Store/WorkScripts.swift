import NovaStore
import RedisClient

/// The Lua scripts of tasks, agents and coordinations.
enum WorkScripts {
    static let createTasks = script("task-create", PackageResources.task_create_lua)
    static let updateTask = script("task-update", PackageResources.task_update_lua)
    static let deleteTask = script("task-delete", PackageResources.task_delete_lua)
    static let claimTasks = script("task-claim", PackageResources.task_claim_lua)
    static let renewLeases = script("task-renew", PackageResources.task_renew_lua)
    static let reportTask = script("task-report", PackageResources.task_report_lua)
    static let assignTasks = script("task-assign", PackageResources.task_assign_lua)
    static let tick = script("work-tick", PackageResources.work_tick_lua)
    static let lookAtWork = script("work-look", PackageResources.work_look_lua)
    static let readWork = script("work-read", PackageResources.work_read_lua)
    static let putAgent = script("agent-put", PackageResources.agent_put_lua)
    static let saveCoordination = script("coordination-save", PackageResources.coordination_save_lua)

    private static let libraries = [
        "lib-forget": PackageResources.lib_forget_lua,
        "lib-heads": PackageResources.lib_heads_lua,
        "lib-view": PackageResources.lib_view_lua,
        "lib-waiting": PackageResources.lib_waiting_lua,
        "lib-walks": PackageResources.lib_walks_lua,
        "lib-work": PackageResources.lib_work_lua,
    ]

    private static func script(_ name: String, _ text: [UInt8]) -> RedisScript {
        StoreScripts.script(name, text, own: libraries)
    }
}
