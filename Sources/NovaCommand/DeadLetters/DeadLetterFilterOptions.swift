import ArgumentParser
import NovaContract
import NovaPools

/// The options that say which dead letters are meant.
struct DeadLetterFilterOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            Only letters of this pool; may be repeated. Else of all pools that have a topic of them: \
            \(NovaPools.all.map(\.name).joined(separator: ", ")).
            """
    )
    var pool: [Pool] = []

    @Option(name: .long, help: "Only with this error code, or this text in the message, in any case.")
    var error: String?

    @Option(name: .long, help: "Only given up since then: a time ago such as 2h, or 2026-01-31T12:00:00Z.")
    var since: MomentArgument?

    @Option(name: .long, help: "Only given up until then.")
    var until: MomentArgument?

    @Option(name: .long, help: "Only of the job with this id.")
    var job: String?

    @Option(
        name: .long,
        help: """
            Only about this entity: its id such as nightly, or the record's key such as flow:team:professional:nightly, also \
            without the owner: flow:professional:nightly.
            """
    )
    var entity: String?

    func validate() throws {
        for (name, text) in [("--error", error), ("--job", job), ("--entity", entity)] where text?.isEmpty == true {
            throw ValidationError("\(name) must not be empty")
        }
    }

    /// Whether any is given, `--pool` apart.
    var narrows: Bool { error != nil || since != nil || until != nil || job != nil || entity != nil }

    /// The same filters for another command, their times as they are now.
    func options(now: Int64 = Timestamp.milliseconds()) -> [(name: String, value: String?)] {
        func time(_ moment: MomentArgument?) -> String? {
            moment.map { Timestamp.string(milliseconds: $0.milliseconds(now: now)) }
        }
        return pool.map { ("pool", $0.name) } + [
            ("error", error), ("since", time(since)), ("until", time(until)), ("job", job), ("entity", entity),
        ]
    }

    func filter(now: Int64 = Timestamp.milliseconds()) -> DeadLetterFilter {
        DeadLetterFilter(
            error: error,
            since: since?.milliseconds(now: now),
            until: until?.milliseconds(now: now),
            job: job,
            entity: entity
        )
    }
}
