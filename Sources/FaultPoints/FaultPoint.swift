#if NOVA_FAULT_POINTS
import Foundation
import Synchronization
#endif

/// A place on a command's way at which a test build can be made to die or to freeze.
///
/// `NOVA_FAULT=worker.handled=kill@3,…` in the environment: the third time this process comes to the place it writes
/// the JSON line `{"message":"fault point reached","fault":"worker.handled"}` to standard error, and then sends itself
/// SIGKILL (`kill`) or SIGSTOP (`stop`). Release builds do not have any of this: there `reach()` is empty.
package enum FaultPoint: String, Sendable, CaseIterable {
    /// The job is recorded, its command is not in Kafka.
    case gatewayBeforeProduce = "gateway.before-produce"
    /// The command is in Kafka, the client has no answer.
    case gatewayAfterProduce = "gateway.after-produce"
    /// The job is marked as running, its handler has not begun.
    case workerStarted = "worker.started"
    /// The handler has read what it needs, and changed nothing.
    case workerMidHandle = "worker.mid-handle"
    /// The state is changed, the job has not ended.
    case workerHandled = "worker.handled"
    /// The dead letter is in Kafka, the job has not ended.
    case workerDeadLettered = "worker.dead-lettered"
    /// The job has ended, the offset is not committed.
    case workerCompleted = "worker.completed"
    /// A step of a coordination is decided, not saved.
    case coordinationStep = "coordination.step"
    /// It is saved, its parts are not made.
    case coordinationSaved = "coordination.saved"

    #if NOVA_FAULT_POINTS
    package func reach() {
        guard let signal = FaultPlan.shared.reach(self) else { return }
        let line = #"{"message":"fault point reached","fault":"\#(rawValue)"}"# + "\n"
        FileHandle.standardError.write(Data(line.utf8))
        kill(getpid(), signal)
    }
    #else
    package func reach() {}
    #endif
}

#if NOVA_FAULT_POINTS
/// What `NOVA_FAULT` asks for, and how often each place was reached.
private final class FaultPlan: Sendable {
    static let shared = FaultPlan(ProcessInfo.processInfo.environment["NOVA_FAULT"] ?? "")

    private struct Entry {
        let signal: Int32
        var left: Int
    }

    private let entries: Mutex<[FaultPoint: Entry]>
    private let isEmpty: Bool

    init(_ text: String) {
        var entries: [FaultPoint: Entry] = [:]
        for part in text.split(separator: ",") {
            let halves = part.split(whereSeparator: { $0 == "=" || $0 == "@" }).map(String.init)
            guard halves.count >= 2, let point = FaultPoint(rawValue: halves[0]),
                let signal = ["kill": SIGKILL, "stop": SIGSTOP][halves[1]],
                let count = halves.count == 3 ? Int(halves[2]) : 1
            else { fatalError("NOVA_FAULT: not understood: \(part)") }
            entries[point] = Entry(signal: signal, left: count)
        }
        isEmpty = entries.isEmpty
        self.entries = Mutex(entries)
    }

    /// The signal to send, the one time it is due.
    func reach(_ point: FaultPoint) -> Int32? {
        guard !isEmpty else { return nil }
        return entries.withLock { entries in
            guard let entry = entries[point] else { return nil }
            entries[point]?.left -= 1
            return entry.left == 1 ? entry.signal : nil
        }
    }
}
#endif
