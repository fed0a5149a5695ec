package import RedisClient

/// The Lua scripts, as the server runs them: the library parts a script uses are put before it.
package enum StoreScripts {
    package static let count = script("count", window, PackageResources.count_lua)
    static let pace = script("pace", window, PackageResources.pace_lua)
    static let admit = script("admit", window, replies, PackageResources.admit_lua)
    static let withdraw = script("withdraw", replies, PackageResources.withdraw_lua)
    static let start = script("start", events, PackageResources.start_lua)
    static let markAlone = script("mark-alone", PackageResources.mark_alone_lua)
    static let retry = script("retry", events, PackageResources.retry_lua)
    static let condemn = script("condemn", PackageResources.condemn_lua)
    static let handBack = script("hand-back", PackageResources.hand_back_lua)
    static let expire = script("expire", events, replies, analytics, PackageResources.expire_lua)
    static let progress = script("progress", events, PackageResources.progress_lua)
    static let complete = script("complete", events, replies, analytics, PackageResources.complete_lua)
    static let cancel = script("cancel", events, replies, analytics, PackageResources.cancel_lua)
    static let listPage = script("list-page", PackageResources.list_page_lua)
    static let storeFlow = script("flow-store", once, condition, PackageResources.flow_store_lua)
    static let adoptFlow = script("flow-adopt", PackageResources.flow_adopt_lua)
    static let dropFlow = script("flow-drop", PackageResources.flow_drop_lua)
    static let replaceKey = script("key-replace", PackageResources.key_replace_lua)

    static let createTasks = work("task-create", once, waiting, PackageResources.task_create_lua)
    static let updateTask = work("task-update", once, waiting, PackageResources.task_update_lua)
    static let deleteTask = work("task-delete", once, condition, waiting, forget, PackageResources.task_delete_lua)
    static let claimTasks = work("task-claim", view, heads, PackageResources.task_claim_lua)
    static let renewLeases = work("task-renew", PackageResources.task_renew_lua)
    static let reportTask = work("task-report", once, waiting, PackageResources.task_report_lua)
    static let assignTasks = work("task-assign", once, PackageResources.task_assign_lua)
    static let tick = work("work-tick", waiting, forget, walks, PackageResources.work_tick_lua)
    static let lookAtWork = work("work-look", heads, PackageResources.work_look_lua)
    static let readWork = work("work-read", view, PackageResources.work_read_lua)
    static let putAgent = work("agent-put", once, condition, walks, PackageResources.agent_put_lua)
    static let saveCoordination = work("coordination-save", PackageResources.coordination_save_lua)

    static let lookAtPools = pools("allocation-look", PackageResources.allocation_look_lua)
    static let commitAllocations = pools("allocation-commit", once, condition, PackageResources.allocation_commit_lua)
    static let endAllocation = pools("allocation-end", once, PackageResources.allocation_end_lua)
    static let tickAllocations = pools("allocation-tick", PackageResources.allocation_tick_lua)

    static let putMemories = memory("memory-put", once, PackageResources.memory_put_lua)
    static let changeMemory = memory("memory-change", once, condition, PackageResources.memory_change_lua)
    static let useMemories = memory("memory-use", once, PackageResources.memory_use_lua)
    static let consolidateMemories = memory("memory-consolidate", once, PackageResources.memory_consolidate_lua)
    static let embedMemories = memory("memory-embed", PackageResources.memory_embed_lua)
    static let tickMemories = memory("memory-tick", PackageResources.memory_tick_lua)

    static let readAnalytics = script("analytics-read", analytics, PackageResources.analytics_read_lua)
    static let indexAnalytics = script("analytics-index", analytics, PackageResources.analytics_index_lua)
    static let readRuns = script("analytics-runs", analytics, PackageResources.analytics_runs_lua)

    private static let analytics = PackageResources.lib_analytics_lua
    private static let space = PackageResources.lib_space_lua
    private static let waiting = PackageResources.lib_waiting_lua
    private static let view = PackageResources.lib_view_lua
    private static let forget = PackageResources.lib_forget_lua
    private static let heads = PackageResources.lib_heads_lua
    private static let walks = PackageResources.lib_walks_lua
    private static let window = PackageResources.lib_window_lua
    private static let events = PackageResources.lib_events_lua
    private static let once = PackageResources.lib_once_lua
    private static let condition = PackageResources.lib_condition_lua
    private static let replies = PackageResources.lib_replies_lua

    /// A script of tasks and agents.
    private static func work(_ name: String, _ parts: [UInt8]...) -> RedisScript {
        script(name, [events, analytics, space, PackageResources.lib_work_lua] + parts)
    }

    /// A script of memories.
    private static func memory(_ name: String, _ parts: [UInt8]...) -> RedisScript {
        script(name, [events, analytics, space, PackageResources.lib_memory_lua] + parts)
    }

    /// A script of resources.
    private static func pools(_ name: String, _ parts: [UInt8]...) -> RedisScript {
        script(name, [events, analytics, space, PackageResources.lib_pools_lua] + parts)
    }

    private static func script(_ name: String, _ parts: [UInt8]...) -> RedisScript {
        script(name, parts)
    }

    private static func script(_ name: String, _ parts: [[UInt8]]) -> RedisScript {
        RedisScript(name: name, source: parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"))
    }
}

/// A script answered something that it never returns: the server runs another version of it, or a stand-in.
package struct UnexpectedReply: Error, Sendable, CustomStringConvertible {
    let operation: String
    let reply: String

    init(_ operation: String, _ reply: RedisValue) {
        self.operation = operation
        self.reply = String(describing: reply)
    }

    package var description: String { "unexpected reply to \(operation): \(reply.prefix(200))" }
}
