import NovaContract

/// Whose turn it is: of the highest priority, of the requester with the lowest dominant share, the one that waits longest.
///
/// Requests of one requester for pools of the same groups keep their order among themselves, so that only the first of each
/// such line is compared: as many comparisons as requesters, not as requests.
struct Turns {
    private struct Line {
        let requester: String
        let groups: Set<String>
        let priority: Int
        /// The one whose turn is next is the last.
        var waiting: [Waiting]
        /// As long as nothing is given or comes back.
        var share: Double?
    }

    private struct Name: Hashable {
        let requester: String
        let groups: Set<String>
        let priority: Int
    }

    private var lines: [Line]

    init(_ queue: [Waiting], in ledger: Ledger) {
        let names = Dictionary(grouping: queue) { waiting in
            Name(
                requester: waiting.requester,
                groups: FairShare.groups(of: waiting.request, in: ledger),
                priority: waiting.request.priority
            )
        }
        lines = names.map { name, waiting in
            Line(
                requester: name.requester,
                groups: name.groups,
                priority: name.priority,
                waiting: waiting.sorted { ($0.since, $0.id) > ($1.since, $1.id) }
            )
        }
    }

    /// Something was given, or came back.
    mutating func sharesChanged() {
        for index in lines.indices { lines[index].share = nil }
    }

    /// Takes the next one, by what is given by now.
    mutating func next(in ledger: Ledger) -> Waiting? {
        guard let highest = lines.map(\.priority).max() else { return nil }
        var best: (index: Int, share: Double, waiting: Waiting)?
        for (index, line) in lines.enumerated() where line.priority == highest {
            guard let first = line.waiting.last else { continue }
            let share = line.share ?? FairShare.dominant(of: line.requester, groups: line.groups, in: ledger)
            lines[index].share = share
            if let known = best {
                let isEarlier = (first.since, first.id) < (known.waiting.since, known.waiting.id)
                guard share < known.share || (share == known.share && isEarlier) else { continue }
            }
            best = (index, share, first)
        }
        guard let best else { return nil }
        lines[best.index].waiting.removeLast()
        if lines[best.index].waiting.isEmpty { lines.remove(at: best.index) }
        return best.waiting
    }
}
