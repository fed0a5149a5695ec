/// How long, and how much, is kept in Redis.
package struct Retention: Sendable, Equatable {
    /// Job records and the list of an owner's jobs.
    package var jobs: Duration = .seconds(86_400)
    /// Jobs listed per owner; the oldest leave the list first.
    package var jobsPerOwner = 10_000
    /// Events per owner, by age and (about) by number: what is first.
    package var events: Duration = .seconds(3_600)
    package var eventsPerOwner = 10_000
    package var idempotencyKeys: Duration = .seconds(86_400)
    /// Markers of changes that were applied: until then a command that comes again changes nothing.
    package var applied: Duration = .seconds(86_400)
    /// The same for commands that became dead letters: until then a replay cannot apply twice.
    package var deadLetters: Duration = .seconds(30 * 86_400)
    /// Tasks that have ended.
    package var tasks: Duration = .seconds(7 * 86_400)
    /// Allocations that have ended.
    package var allocations: Duration = .seconds(86_400)
    /// Coordinations, from their last step.
    package var coordinations: Duration = .seconds(7 * 86_400)

    package init() {}
}
