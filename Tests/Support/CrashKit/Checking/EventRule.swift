import NovaContract

/// Every subscriber gets every event once and in order, and of each job one end, after which nothing follows.
enum EventRule {
    static func violations(_ facts: CheckedFacts) -> [Violation] {
        (0..<facts.history.subscribers).flatMap { subscriber in
            let events = facts.eventsOfSubscriber[subscriber] ?? []
            return order(subscriber, events) + ends(subscriber, events, facts) + missing(subscriber, events, facts)
        } + gaps(facts)
    }

    private static func order(_ subscriber: Int, _ events: [SeenEvent]) -> [Violation] {
        var violations: [Violation] = []
        var last: EventID?
        var known: Set<String> = []
        for event in events {
            let words = "subscriber \(subscriber): event \(event.id) (\(event.name) of job \(event.jobID))"
            guard let id = EventID(event.id) else {
                violations.append(Violation(.unexpectedAnswer, "\(words) has no id of the agreed form"))
                continue
            }
            if !known.insert(event.id).inserted {
                violations.append(Violation(.duplicated, "\(words) came twice"))
            } else if let last, id < last {
                violations.append(Violation(.outOfOrder, "\(words) came after \(last)"))
            }
            last = max(id, last ?? id)
        }
        return violations
    }

    private static func ends(_ subscriber: Int, _ events: [SeenEvent], _ facts: CheckedFacts) -> [Violation] {
        // A job whose end Redis forgot is done once more where Kafka still had it.
        guard facts.history.memoryLosses == 0 else { return [] }
        var violations: [Violation] = []
        var ended: [String: SeenEvent] = [:]
        for event in events {
            if let end = ended[event.jobID], end.id != event.id {
                let words = "subscriber \(subscriber): \(event.name) (\(event.id)) of job \(event.jobID) after its end"
                let kind: Violation.Kind = event.isTerminal ? .duplicated : .outOfOrder
                violations.append(Violation(kind, "\(words), \(end.name) (\(end.id))"))
            }
            if event.isTerminal { ended[event.jobID] = ended[event.jobID] ?? event }
        }
        return violations
    }

    /// Who was told of a gap knows that some are missing.
    private static func missing(_ subscriber: Int, _ events: [SeenEvent], _ facts: CheckedFacts) -> [Violation] {
        guard !facts.subscribersWithGap.contains(subscriber) else { return [] }
        let ended = Set(events.filter(\.isTerminal).map(\.jobID))
        return facts.acknowledged.compactMap { taken in
            guard facts.history.jobs[taken.jobID]?.isTerminal ?? true, !ended.contains(taken.jobID) else { return nil }
            let state = facts.history.jobs[taken.jobID]?.state ?? "unknown to Redis"
            let words = "subscriber \(subscriber) was not told the end of job \(taken.jobID) (\(state))"
            return Violation(.lost, "\(words), \(taken.command.words)")
        }
    }

    private static func gaps(_ facts: CheckedFacts) -> [Violation] {
        guard facts.history.memoryLosses == 0 else { return [] }
        return facts.history.gaps.map { gap in
            let place = "after \(gap.after), next \(gap.next ?? "unknown")"
            return Violation(.needlessGap, "subscriber \(gap.subscriber) was told of one \(place), at \(gap.at) ms")
        }
    }
}
