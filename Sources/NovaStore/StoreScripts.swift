package import RedisClient

/// The Lua scripts, as the server runs them: the library parts a script uses are put before it.
package enum StoreScripts {
    package static let count = script("count", PackageResources.count_lua)
    static let pace = script("pace", PackageResources.pace_lua)
    static let admit = script("admit", PackageResources.admit_lua)
    static let withdraw = script("withdraw", PackageResources.withdraw_lua)
    static let start = script("start", PackageResources.start_lua)
    static let markAlone = script("mark-alone", PackageResources.mark_alone_lua)
    static let retry = script("retry", PackageResources.retry_lua)
    static let condemn = script("condemn", PackageResources.condemn_lua)
    static let handBack = script("hand-back", PackageResources.hand_back_lua)
    static let expire = script("expire", PackageResources.expire_lua)
    static let progress = script("progress", PackageResources.progress_lua)
    static let complete = script("complete", PackageResources.complete_lua)
    static let cancel = script("cancel", PackageResources.cancel_lua)
    static let listPage = script("list-page", PackageResources.list_page_lua)
    static let storeFlow = script("flow-store", PackageResources.flow_store_lua)
    static let adoptFlow = script("flow-adopt", PackageResources.flow_adopt_lua)
    static let dropFlow = script("flow-drop", PackageResources.flow_drop_lua)
    static let replaceKey = script("key-replace", PackageResources.key_replace_lua)

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

    static let lookAtPools = script("allocation-look", PackageResources.allocation_look_lua)
    static let commitAllocations = script("allocation-commit", PackageResources.allocation_commit_lua)
    static let endAllocation = script("allocation-end", PackageResources.allocation_end_lua)
    static let tickAllocations = script("allocation-tick", PackageResources.allocation_tick_lua)

    static let putMemories = script("memory-put", PackageResources.memory_put_lua)
    static let changeMemory = script("memory-change", PackageResources.memory_change_lua)
    static let useMemories = script("memory-use", PackageResources.memory_use_lua)
    static let consolidateMemories = script("memory-consolidate", PackageResources.memory_consolidate_lua)
    static let embedMemories = script("memory-embed", PackageResources.memory_embed_lua)
    static let tickMemories = script("memory-tick", PackageResources.memory_tick_lua)

    static let readAnalytics = script("analytics-read", PackageResources.analytics_read_lua)
    static let indexAnalytics = script("analytics-index", PackageResources.analytics_index_lua)
    static let readRuns = script("analytics-runs", PackageResources.analytics_runs_lua)

    private static let libraries = [
        "lib-analytics": PackageResources.lib_analytics_lua,
        "lib-condition": PackageResources.lib_condition_lua,
        "lib-events": PackageResources.lib_events_lua,
        "lib-forget": PackageResources.lib_forget_lua,
        "lib-heads": PackageResources.lib_heads_lua,
        "lib-memory": PackageResources.lib_memory_lua,
        "lib-once": PackageResources.lib_once_lua,
        "lib-pools": PackageResources.lib_pools_lua,
        "lib-replies": PackageResources.lib_replies_lua,
        "lib-space": PackageResources.lib_space_lua,
        "lib-view": PackageResources.lib_view_lua,
        "lib-waiting": PackageResources.lib_waiting_lua,
        "lib-walks": PackageResources.lib_walks_lua,
        "lib-window": PackageResources.lib_window_lua,
        "lib-work": PackageResources.lib_work_lua,
    ]

    /// A script with the libraries that its first lines name (`-- @include lib-NAME`), each once and before whatever includes it.
    private static func script(_ name: String, _ text: [UInt8]) -> RedisScript {
        let include = "-- @include "
        var parts: [String] = []
        var included: Set<String> = []
        func add(_ text: [UInt8]) {
            let text = String(decoding: text, as: UTF8.self)
            let heads = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix(include) }
            for library in heads.map({ String($0.dropFirst(include.count)) }) where included.insert(library).inserted {
                guard let text = libraries[library] else {
                    preconditionFailure("\(name).lua includes \(library), which is none of StoreScripts.libraries")
                }
                add(text)
            }
            parts.append(text)
        }
        add(text)
        return RedisScript(name: name, source: parts.joined(separator: "\n"))
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
