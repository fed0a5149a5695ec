import AsyncPrimitives
package import NovaContract
import Synchronization

/// How far a job is.
package struct Progress: Sendable, Equatable {
    /// 0…1.
    package let fraction: Double
    /// For a person.
    package let message: String
    /// For a program; part of the event.
    package let details: JSONValue

    package init(fraction: Double, message: String, details: JSONValue = [:]) {
        self.fraction = min(max(fraction, 0), 1)
        self.message = message
        self.details = details
    }
}

/// Holds the newest progress of a job until it is told.
///
/// What was not told before newer came is passed over.
final class ProgressBox: Sendable {
    private let latest = Mutex<Progress?>(nil)
    let changes = AsyncSignal()

    func put(_ progress: Progress) {
        latest.withLock { $0 = progress }
        changes.signal()
    }

    func take() -> Progress? {
        latest.withLock { latest in
            defer { latest = nil }
            return latest
        }
    }
}
