import NovaContract
import NovaStore
import RedisClient

extension NovaError {
    /// What a client hears of an error that is not meant for clients.
    init(cause: any Error) {
        switch cause {
        case let error as NovaError: self = error
        case let error as RedisError: self.init(.serviceUnavailable, StoreFault.sentence(error), retryAfter: 1)
        case is CancellationError: self.init(.serviceUnavailable, "the gateway is stopping", retryAfter: 1)
        default: self.init(.serviceError, "internal error: the log of the gateway has its cause, by the request id")
        }
    }
}
