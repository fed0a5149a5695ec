import AsyncPrimitives
package import Logging
package import NovaContract
package import NovaStore
import RedisClient
import ServiceLifecycle
import Synchronization

/// Knows which API keys are good.
///
/// A record is remembered for `lifetime` while revocations are heard over Redis, and asked for each time while they
/// are not, so that a revoked key stops working within the time of one message, never later than Redis itself. Run it
/// as a service: without `run()` nothing is remembered.
package final class KeyRing: Service {
    private struct State {
        var cache: KeyCache
        var watches = KeyWatches()
    }

    private let store: Store
    /// Nil: there is none.
    private let file: KeysFile?
    /// The keys of the file, by hash: put back where Redis has lost them.
    private let configured: [String: APIKey]
    /// Wrong keys and tickets, by address.
    let failedKeys: FailedKeys
    private let logger: Logger
    private let state: Mutex<State>

    package init(
        store: Store,
        file: KeysFile? = nil,
        lifetime: Duration = .seconds(10),
        capacity: Int = 10_000,
        failedKeys: FailedKeys = FailedKeys(limit: 100, window: .seconds(60)),
        logger: Logger
    ) {
        self.store = store
        self.file = file
        configured = Dictionary((file?.keys ?? []).map { ($0.hash, $0) }) { _, last in last }
        self.failedKeys = failedKeys
        self.logger = logger
        state = Mutex(State(cache: KeyCache(lifetime: lifetime, capacity: capacity)))
    }

    /// Makes the keys in Redis that came from the keys file what the file says; without a file nothing changes.
    ///
    /// One that `nova keys` ended stays so.
    package func obeyFile() async throws {
        guard let file else { return }
        let changes = try await store.apiKeys.obey(file)
        for (what, keys) in [
            ("added", changes.added), ("changed", changes.changed), ("revoked", changes.revoked),
        ] where !keys.isEmpty {
            logger.notice("the keys file was followed", metadata: ["\(what)": "\(keys.joined(separator: ", "))"])
        }
        for id in changes.endedByHand {
            logger.warning(
                "a key of the keys file was ended by `nova keys` and stays so: give it another secret, or take it out",
                metadata: ["key": "\(id)"]
            )
        }
        for id in changes.madeByHand {
            logger.warning(
                "a key of the keys file has the secret of a key made by `nova keys`, which is left as it is",
                metadata: ["key": "\(id)"]
            )
        }
    }

    // MARK: - Asking

    /// The key with this secret.
    ///
    /// - Parameter client: the address it comes from; asked for only where the key is not one that is known as good.
    /// - Throws: `NovaError`: `AUTHENTICATION_ERROR` for an unknown, revoked or expired key, `RATE_LIMIT_EXCEEDED` where too
    ///   many such came from the address, `SERVICE_UNAVAILABLE` where Redis does not say.
    package func authenticate(_ secret: String, from client: @autoclosure () -> ClientAddress) async throws -> APIKey {
        let hash = APIKeySecret.hash(secret)
        let (known, isFamiliar) = state.withLock {
            ($0.cache.key(hash: hash, at: .now), $0.cache.isFamiliar(hash: hash))
        }
        if let known, !known.isExpired(at: Timestamp.milliseconds()) { return known }
        let address = client()
        if !isFamiliar { try failedKeys.check(address) }
        do {
            guard !secret.isEmpty, secret.utf8.count <= Self.longestSecret else { throw Self.refusal }
            let key = try await key(hash: hash)
            state.withLock { $0.cache.befriend(hash: hash) }
            return key
        } catch let error as NovaError where error.code == .authenticationError {
            failedKeys.failed(address)
            throw error
        }
    }

    /// Bytes; what `nova keys` makes has 48.
    private static let longestSecret = 512

    /// The key with this hash; as `authenticate`, but nobody is counted.
    package func key(hash: String) async throws -> APIKey {
        let (known, isUnknown, epoch) = state.withLock { state in
            let now = ContinuousClock.now
            return (
                state.cache.key(hash: hash, at: now), state.cache.isUnknown(hash: hash, at: now), state.cache.epoch
            )
        }
        if let known { return try usable(known) }
        if isUnknown { throw Self.refusal }
        guard let key = try await read(hash: hash) else {
            state.withLock { $0.cache.insertUnknown(hash: hash, readIn: epoch, at: .now) }
            throw Self.refusal
        }
        state.withLock { $0.cache.insert(key, readIn: epoch, at: .now) }
        return try usable(key)
    }

    /// The key as it is now, for what goes on for long on the strength of it.
    ///
    /// - Throws: as `authenticate`, and `PERMISSION_DENIED` where its rights, owner or domains are others by now.
    package func recheck(_ key: APIKey) async throws -> APIKey {
        let current = try await self.key(hash: key.hash)
        guard current.hasSameRights(as: key) else {
            throw NovaError(.permissionDenied, "the rights of the key '\(key.name)' have changed meanwhile: ask again")
        }
        return current
    }

    private func usable(_ key: APIKey) throws -> APIKey {
        guard !key.isExpired(at: Timestamp.milliseconds()) else { throw Self.refusal }
        return key
    }

    private func read(hash: String) async throws -> APIKey? {
        do {
            if let key = try await store.apiKeys.get(hash: hash) { return key }
            guard let key = configured[hash] else { return nil }
            // It may have been revoked this moment.
            guard try await store.apiKeys.put(key) else { return try await store.apiKeys.get(hash: hash) }
            logger.notice("a configured key was missing in Redis and was put back", metadata: ["key": "\(key.id)"])
            return key
        } catch let error as RedisError {
            logger.warning("an API key could not be checked", metadata: ["error": "\(error)"])
            let reason = StoreFault.sentence(error)
            throw NovaError(.serviceUnavailable, "the key cannot be checked now: \(reason)", retryAfter: 1)
        }
    }

    private static var refusal: NovaError {
        NovaError(.authenticationError, "a valid API key is needed: X-API-Key: KEY, or Authorization: Bearer KEY")
    }

    // MARK: - Watching

    /// Tells `listener` of every change of the key from now on: its record, or nil when it is good no more.
    ///
    /// It is called from any thread and must not block. Expiry is not a change: it is in the record.
    package func watch(hash: String, _ listener: @escaping @Sendable (APIKey?) -> Void) -> KeyWatch {
        state.withLock { $0.watches.add(hash: hash, listener) }
    }

    package func unwatch(_ watch: KeyWatch) { state.withLock { $0.watches.remove(watch) } }

    // MARK: - Hearing

    /// Hears of changed keys until the graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.store.redis.hear(self.store.keys.revocationChannel) { error in
                self.state.withLock { $0.cache.listen(false) }
                self.logger.warning(
                    "revocations are not heard; keys are checked each time",
                    metadata: ["error": "\(error)"]
                )
            } _: { event in
                await self.take(event)
            }
            self.state.withLock { $0.cache.listen(false) }
        }
    }

    private func take(_ event: RedisSubscriptionEvent) async {
        switch event {
        case .subscribed:
            state.withLock { $0.cache.listen(true) }
            // What was revoked while nothing was heard.
            for hash in state.withLock({ $0.watches.hashes }) { await tell(hash) }
        case .interrupted:
            state.withLock { $0.cache.listen(false) }
        case .message(_, _, let payload):
            let hash = String(decoding: payload, as: UTF8.self)
            state.withLock { $0.cache.forget(hash: hash) }
            await tell(hash)
        }
    }

    /// Looks the key up again and tells those who watch it.
    ///
    /// A key that cannot be checked is not good, but for a passing fault it is asked for again first.
    private func tell(_ hash: String) async {
        guard state.withLock({ !$0.watches.listeners(of: hash).isEmpty }) else { return }
        var key: APIKey?
        do {
            key = try await retrying(.keyCheck, attempts: Self.checks) {
                try await self.key(hash: hash)
            } onFailure: { failed in
                (failed.error as? NovaError)?.code == .serviceUnavailable ? failed.delay : nil
            }
        } catch {
            let metadata: Logger.Metadata = ["hash": "\(hash.prefix(8))", "reason": "\(error)"]
            logger.info("a key in use is good no more", metadata: metadata)
        }
        for listener in state.withLock({ $0.watches.listeners(of: hash) }) { listener(key) }
    }

    /// Attempts at checking a key in use; the socket of a revoked one is to be closed within a second.
    private static let checks = 5
}

extension ExponentialBackoff {
    /// Before a key in use is checked again: always 100 ms.
    fileprivate static let keyCheck = ExponentialBackoff.constant(.milliseconds(100))
}
