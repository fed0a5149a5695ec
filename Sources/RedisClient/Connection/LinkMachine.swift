import AsyncPrimitives
import NIOCore

/// What one connection goes through, as a plain value: dial, greet, be up, be lost, rest, dial again, until closed.
///
/// Commands wait out the first `grace` of an outage, which begins when the connection is wanted and absent; past it
/// they fail at once, and with the last reason known, until there is a connection again.
struct LinkMachine {
    enum Phase: Equatable {
        case idle
        case dialling
        case greeting
        case up
        case resting
        case closed
    }

    enum Loss: Equatable {
        /// Nothing is to be done: it was closed, or known.
        case none
        /// Dial again after this time. `wasUp`: commands may be in flight. `tellWhy`: those who wait are to fail now.
        case retry(after: Duration, wasUp: Bool, tellWhy: Bool)
    }

    private let backoff: ExponentialBackoff
    private(set) var phase = Phase.idle
    private var failedAttempts = 0
    private var upSince = NIODeadline.uptimeNanoseconds(0)
    private var isGraceOver = false

    init(backoff: ExponentialBackoff) {
        self.backoff = backoff
    }

    /// Whether to dial now, and so to start the grace of this outage.
    mutating func start() -> Bool {
        guard phase == .idle else { return false }
        phase = .dialling
        return true
    }

    /// Whether the new connection is wanted.
    mutating func dialled() -> Bool {
        guard phase == .dialling else { return false }
        phase = .greeting
        return true
    }

    /// Whether the connection is up now.
    mutating func greeted(now: NIODeadline) -> Bool {
        guard phase == .greeting else { return false }
        phase = .up
        isGraceOver = false
        upSince = now
        return true
    }

    /// The attempt failed or the connection was lost.
    ///
    /// `isRefusal`: the server does not want us (a wrong password); waiting longer would not help those who wait.
    mutating func lost(now: NIODeadline, isRefusal: Bool) -> Loss {
        switch phase {
        case .idle, .resting, .closed:
            return .none
        case .up:
            phase = .resting
            // A connection that never lasts is not retried as if all were well each time.
            if now - upSince >= TimeAmount(backoff.maximum) { failedAttempts = 0 }
            failedAttempts += 1
            return .retry(after: backoff.delay(after: failedAttempts), wasUp: true, tellWhy: false)
        case .dialling, .greeting:
            phase = .resting
            failedAttempts += 1
            if isRefusal { isGraceOver = true }
            return .retry(after: backoff.delay(after: failedAttempts), wasUp: false, tellWhy: isGraceOver)
        }
    }

    /// Whether to dial again.
    mutating func rested() -> Bool {
        guard phase == .resting else { return false }
        phase = .dialling
        return true
    }

    /// The grace of an outage is over.
    ///
    /// Whether those who wait are to fail.
    mutating func graceOver() -> Bool {
        guard phase == .dialling || phase == .greeting || phase == .resting else { return false }
        isGraceOver = true
        return true
    }

    /// Whether it was not closed before.
    mutating func close() -> Bool {
        defer { phase = .closed }
        return phase != .closed
    }
}
