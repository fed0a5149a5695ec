import HTTPTypes
import NovaAPI
import NovaStore

/// The header fields of draft-ietf-httpapi-ratelimit-headers.
enum RateLimitHeaders {
    static func decorate(_ headers: inout HTTPFields, _ state: BudgetState) {
        headers[.rateLimitPolicy] = policy(state.budget)
        headers[.rateLimit] = limit(state)
        if !state.isAdmitted { headers[.retryAfter] = String(state.resetSeconds) }
    }

    /// For example `"default";q=100;w=60`.
    static func policy(_ budget: Budget) -> String {
        "\"\(budget.name)\";q=\(budget.limit);w=\(budget.window.components.seconds)"
    }

    /// For example `"default";r=42;t=17`.
    static func limit(_ state: BudgetState) -> String {
        "\"\(state.budget.name)\";r=\(state.remaining);t=\(state.resetSeconds)"
    }
}
