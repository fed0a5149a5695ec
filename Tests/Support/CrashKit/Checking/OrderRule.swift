/// Commands that one writer sent one after the other lie in the topic in that order, key by key.
enum OrderRule {
    static func violations(_ facts: CheckedFacts) -> [Violation] {
        let pairs = facts.topicOrder.values.flatMap { jobs in jobs.enumerated().map { ($1, $0) } }
        let places = Dictionary(uniqueKeysWithValues: pairs)
        let lanes = Dictionary(grouping: facts.acknowledged) { taken in
            Lane(writer: taken.command.writer, flowID: taken.command.flowID)
        }
        return lanes.sorted { $0.key < $1.key }.flatMap { _, taken in lane(taken, places) }
    }

    private struct Lane: Hashable, Comparable {
        let writer: Int
        let flowID: String

        static func < (left: Lane, right: Lane) -> Bool { (left.writer, left.flowID) < (right.writer, right.flowID) }
    }

    /// - Parameter places: of each job among those of its key.
    private static func lane(_ taken: [CheckedFacts.Acknowledged], _ places: [String: Int]) -> [Violation] {
        var last: (CheckedFacts.Acknowledged, Int)?
        return taken.compactMap { current in
            guard let place = places[current.jobID] else {
                return Violation(.lost, "\(current.command.words), job \(current.jobID), is not in the topic")
            }
            defer { last = (current, max(place, last?.1 ?? 0)) }
            guard let last, place < last.1 else { return nil }
            let words = "\(current.command.words) was sent after \(last.0.command.words)"
            return Violation(.outOfOrder, "\(words), and lies before it in the topic")
        }
    }
}
