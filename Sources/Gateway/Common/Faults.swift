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
        default: self.init(.serviceError, "the request failed for a reason of ours")
        }
    }
}
