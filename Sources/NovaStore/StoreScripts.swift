package import RedisClient

/// The Lua scripts of jobs, keys and events, as the server runs them: the library parts a script uses are put before it.
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
    static let replaceKey = script("key-replace", PackageResources.key_replace_lua)

    static let readAnalytics = script("analytics-read", PackageResources.analytics_read_lua)
    static let indexAnalytics = script("analytics-index", PackageResources.analytics_index_lua)
    static let readRuns = script("analytics-runs", PackageResources.analytics_runs_lua)

    private static let libraries = [
        "lib-analytics": PackageResources.lib_analytics_lua,
        "lib-condition": PackageResources.lib_condition_lua,
        "lib-events": PackageResources.lib_events_lua,
        "lib-once": PackageResources.lib_once_lua,
        "lib-replies": PackageResources.lib_replies_lua,
        "lib-space": PackageResources.lib_space_lua,
        "lib-window": PackageResources.lib_window_lua,
    ]

    /// A script with the libraries that its first lines name (`-- @include lib-NAME`), each once and before whatever includes it.
    ///
    /// - Parameter own: libraries of the script's pool, besides those of all.
    package static func script(_ name: String, _ text: [UInt8], own: [String: [UInt8]] = [:]) -> RedisScript {
        let include = "-- @include "
        var parts: [String] = []
        var included: Set<String> = []
        func add(_ text: [UInt8]) {
            let text = String(decoding: text, as: UTF8.self)
            let heads = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix(include) }
            for library in heads.map({ String($0.dropFirst(include.count)) }) where included.insert(library).inserted {
                guard let text = libraries[library] ?? own[library] else {
                    preconditionFailure("\(name).lua includes \(library), which is no library of its pool or of all")
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

    package init(_ operation: String, _ reply: RedisValue) {
        self.operation = operation
        self.reply = String(describing: reply)
    }

    package var description: String { "unexpected reply to \(operation): \(reply.prefix(200))" }
}
