import NovaContract

/// How much a key may do in a sliding window.
package struct Budget: Sendable, Equatable {
    /// The name of the policy, as clients read it in `RateLimit-Policy`.
    package let name: String
    /// Requests in any `window`.
    package let limit: Int
    package let window: Duration

    package init(name: String, limit: Int, window: Duration) {
        self.name = name
        self.limit = limit
        self.window = window
    }
}

/// How a budget stands after a request was counted or refused.
package struct BudgetState: Sendable, Equatable {
    package let budget: Budget
    package let isAdmitted: Bool
    /// Requests counted in the window.
    package let used: Int
    /// Until the oldest of them are forgotten.
    package let reset: Duration

    package var remaining: Int { max(0, budget.limit - used) }
    /// `reset` in whole seconds, at least one.
    package var resetSeconds: Int {
        max(1, Int((reset.wholeMilliseconds + 999) / 1_000))
    }
}
