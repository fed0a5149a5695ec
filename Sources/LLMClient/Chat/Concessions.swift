import NovaContract

/// What is left out of a request, or said otherwise, because a server does not take it.
struct Concessions: Sendable, Equatable {
    /// A member that not every server, or not every model, takes; in this order they are suspected.
    enum Member: CaseIterable, Sendable {
        /// `response_format`: the messages say the same.
        case schema
        /// `stream_options`: then tokens are estimated.
        case streamOptions
        /// `max_tokens`, then `max_completion_tokens`, then none.
        case limit
        case temperature
        case seed
        /// Messages of the role `system`: then they are the developer's, or the beginning of the user's first.
        case system
        case stream
    }

    private enum Limit: Sendable { case tokens, completionTokens, none }
    private enum System: Sendable { case system, developer, user }

    private var without: Set<Member> = []
    private var limit = Limit.tokens
    private var system = System.system

    func has(_ member: Member) -> Bool { !without.contains(member) }

    /// The member that bounds the answer; nil: none does.
    var limitName: String? {
        switch limit {
        case .tokens: "max_tokens"
        case .completionTokens: "max_completion_tokens"
        case .none: nil
        }
    }

    /// The messages as the server takes them.
    func told(_ messages: [ChatMessage]) -> [ChatMessage] {
        switch system {
        case .system: return messages
        case .developer:
            return messages.map { $0.role == .system ? ChatMessage(.developer, $0.content) : $0 }
        case .user:
            // In front of the first question: where there is no system, roles must often alternate.
            let system = messages.filter { $0.role == .system }.map(\.content).joined(separator: "\n\n")
            var others = messages.filter { $0.role != .system }
            guard !system.isEmpty else { return others }
            if let first = others.firstIndex(where: { $0.role == .user }) {
                others[first] = ChatMessage(.user, system + "\n\n" + others[first].content)
            } else {
                others.insert(ChatMessage(.user, system), at: 0)
            }
            return others
        }
    }

    /// Whether the request, as it is sent now, has the member.
    func isIn(_ request: ChatRequest, _ member: Member) -> Bool {
        switch member {
        case .schema: request.schema != nil && has(.schema)
        case .streamOptions: has(.stream) && has(.streamOptions)
        case .limit: request.maximumTokens != nil && limit != .none
        case .temperature: request.temperature != nil && has(.temperature)
        case .seed: request.seed != nil && has(.seed)
        case .system: system != .user && request.messages.contains { $0.role == .system }
        case .stream: has(.stream)
        }
    }

    /// Leaves the member out, or says it in the next way.
    ///
    /// - Parameter isLasting: whether no value of it would be taken.
    mutating func drop(_ member: Member, hints: String, isLasting: Bool = true) {
        switch member {
        case .limit: limit = limit == .tokens && isLasting ? .completionTokens : .none
        case .system: system = system == .system && hints.contains("developer") ? .developer : .user
        default: without.insert(member)
        }
    }

    /// The same change, where it is not made yet.
    fileprivate mutating func adopt(_ member: Member, from other: Concessions) {
        switch member {
        case .limit: limit = other.limit
        case .system: system = other.system
        default: if !other.has(member) { without.insert(member) }
        }
    }

    /// The members that a refusal speaks of.
    fileprivate static func named(in hints: String) -> Set<Member> {
        func says(_ words: String...) -> Bool { words.contains { hints.contains($0) } }
        var named: Set<Member> = []
        if says("response_format", "json_schema", "structured output") { named.insert(.schema) }
        if says("stream_options", "include_usage") { named.insert(.streamOptions) }
        if says("max_tokens", "max_completion_tokens") { named.insert(.limit) }
        if says("temperature") { named.insert(.temperature) }
        if says("seed") { named.insert(.seed) }
        if says("system", "developer"), says("role", "message", "instruction", "prompt") { named.insert(.system) }
        // Templates that know two roles only.
        if says("role"), says("alternate", "only user and assistant") { named.insert(.system) }
        if named.isEmpty, says("stream") { named.insert(.stream) }
        return named
    }

    /// Those of `members` that a refusal says are never taken; others are refused for their value, which another request may
    /// not have.
    fileprivate static func lasting(_ members: Set<Member>, hints: String) -> Set<Member> {
        let words = [
            "unsupported", "not support", "doesn't support", "only the default", "not permitted", "extra_forbidden",
            "unknown", "not known", "unrecognized", "not recognized", "unexpected", "does not exist",
        ]
        if words.contains(where: { hints.contains($0) }) { return members }
        return members.subtracting([.limit, .temperature, .seed])
    }

    /// Whether a refusal that names no member speaks of what no other form of the request would help with.
    fileprivate static func isFinal(_ hints: String) -> Bool {
        let words = [
            "context length", "context_length", "context window", "context size", "exceed_context", "too long",
            "model not found", "model_not_found", "does not exist", "support tools", "api key", "api_key",
        ]
        return words.contains { hints.contains($0) }
    }
}

/// Looks for what a server refuses in a request: what it names, else one member after the other.
struct ConcessionSearch {
    private let request: ChatRequest
    private let known: Concessions
    /// Tried now.
    private(set) var concessions: Concessions
    /// With what the server named as never taken.
    private var certain: Concessions
    /// The last one that was suspected.
    private var suspect: Concessions.Member?
    private var tries = 0
    /// Of the request as it was sent first.
    var first: LLMError?

    /// Requests that may be refused: each member once, two of them in two ways.
    private static let maximumTries = 10

    init(_ request: ChatRequest, known: Concessions) {
        self.request = request
        self.known = known
        (concessions, certain) = (known, known)
    }

    /// Changes the request after a refusal; false: there is nothing left to change.
    mutating func goOn(after hints: String) -> Bool {
        tries += 1
        guard tries <= Self.maximumTries else { return false }
        var named = Concessions.named(in: hints).filter { concessions.isIn(request, $0) }
        let isFinal = Concessions.isFinal(hints)
        // Without a bound on the answer it may fit; what says so may speak of messages and prompts all the same.
        if isFinal { named.subtract([.system, .stream]) }
        if !named.isEmpty {
            let lasting = Concessions.lasting(named, hints: hints)
            for member in named {
                concessions.drop(member, hints: hints, isLasting: lasting.contains(member))
                if lasting.contains(member) { certain.drop(member, hints: hints) }
            }
            return true
        }
        guard !isFinal else { return false }
        let next = Concessions.Member.allCases.first { concessions.isIn(request, $0) }
        guard let next else { return false }
        concessions.drop(next, hints: hints)
        suspect = next
        return true
    }

    /// What is to be remembered; nil: nothing new.
    ///
    /// Of those that were only suspected the last one made the difference; whether the others did too, a later refusal tells.
    var found: Concessions? {
        var found = certain
        if let suspect { found.adopt(suspect, from: concessions) }
        return found == known ? nil : found
    }
}
