/// What became of a request.
enum CommandOutcome: Sendable, Equatable {
    case reply(RedisValue)
    /// All replies of a request of several commands.
    case replies([RedisValue])
    /// The replies that came, and what became of the other commands.
    case failure(RedisError, after: [RedisValue])

    /// The reply to a single command; an error of the server is thrown.
    func single() throws(RedisError) -> RedisValue {
        switch self {
        case .reply(.error(let error)): throw .server(error)
        case .reply(let value): return value
        case .replies(let values): return .array(values)
        case .failure(let error, _): throw error
        }
    }

    /// One result for each of `count` commands.
    func results(count: Int) -> [Result<RedisValue, RedisError>] {
        switch self {
        case .reply(let value): [Self.result(value)]
        case .replies(let values): values.map(Self.result)
        case .failure(let error, let values):
            values.map(Self.result) + Array(repeating: .failure(error), count: count - values.count)
        }
    }

    private static func result(_ value: RedisValue) -> Result<RedisValue, RedisError> {
        if case .error(let error) = value { .failure(.server(error)) } else { .success(value) }
    }
}
