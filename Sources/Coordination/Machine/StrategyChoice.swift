import NovaContract

/// Which strategy, and why.
package struct StrategyChoice: Sendable, Equatable {
    package let strategy: Strategy
    package let why: String

    package init(_ request: CoordinationRequest) {
        if let strategy = request.strategy {
            (self.strategy, why) = (strategy, "the request names it")
            return
        }
        (strategy, why) = Self.choose(request.task, request.participants)
    }

    /// Rules, the first that fits.
    private static func choose(_ task: JSONValue, _ participants: [Participant]) -> (Strategy, String) {
        let count = participants.count
        if count == 1 { return (.parallel, "there is one agent") }
        if task["stages"]?.arrayValue?.isEmpty == false { return (.pipeline, "the task names its stages") }
        if task["subtasks"]?.arrayValue?.isEmpty == false { return (.hierarchical, "the task names its subtasks") }
        if task["options"]?.arrayValue?.isEmpty == false {
            return (.consensus, "the task names options to choose from")
        }
        if let question = task["question"]?.stringValue, !question.isEmpty {
            return count == 2
                ? (.debate, "two agents and a question: they argue, and one decides")
                : (.consensus, "a question and \(count) agents who can answer it independently")
        }
        if task["budget"] != nil || task["price"] != nil {
            return (.auction, "the task has a price: whoever does it best for it gets it")
        }
        let goal = task["goal"]?.stringValue ?? task["description"]?.stringValue ?? ""
        if count >= 3, goal.utf8.count > 400 {
            return (.hierarchical, "a long goal and \(count) agents: one splits it, the others do the parts")
        }
        let abilities = Set(participants.map { Set($0.capabilities) })
        if abilities.count == count, abilities.allSatisfy({ !$0.isEmpty }) {
            return (.sequential, "each agent can do something else: each goes on from what came before")
        }
        return (.parallel, "nothing in the task asks for an order: all work at once")
    }
}
