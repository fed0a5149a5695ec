#if NOVA_FAULT_POINTS
import Foundation
#endif

/// A promise that a test build can be made to break, to see that the checker of the crash tests notices.
///
/// `NOVA_BREAK=forget-applied,…` in the environment. Release builds do not have any of this: there it is never on.
package enum Breakage: String, Sendable, CaseIterable {
    /// Now and then a command's offset is committed though nothing was done for it.
    case dropCommands = "drop-commands"
    /// Now and then a command is handled twice, and its changes are not known to be the same.
    case forgetApplied = "forget-applied"
    /// Commands on one entity run at the same time.
    case ignoreOrder = "ignore-order"
    /// Now and then a job ends without the event that tells of it.
    case loseEvents = "lose-events"

    #if NOVA_FAULT_POINTS
    private static let on: Set<Breakage> = {
        let names = (ProcessInfo.processInfo.environment["NOVA_BREAK"] ?? "").split(separator: ",")
        return Set(
            names.map { name in
                guard let breakage = Breakage(rawValue: String(name)) else {
                    fatalError("NOVA_BREAK: not understood: \(name)")
                }
                return breakage
            }
        )
    }()
    package var isOn: Bool { Self.on.contains(self) }
    /// One time in ten, where it is on.
    package var strikes: Bool { isOn && Int.random(in: 1...10) == 1 }
    #else
    package var isOn: Bool { false }
    package var strikes: Bool { false }
    #endif
}
