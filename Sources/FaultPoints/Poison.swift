#if NOVA_FAULT_POINTS
import Foundation
#endif

/// Commands that end the process that handles them, as one does whose handling traps.
///
/// `NOVA_POISON=nightly,bad-*` names their entities, or what those begin with. The process writes the JSON line
/// `{"message":"poisoned"}` to standard error and sends itself SIGKILL. Release builds do not have any of this: there
/// `take` is empty.
package enum Poison {
    #if NOVA_FAULT_POINTS
    private static let names =
        (ProcessInfo.processInfo.environment["NOVA_POISON"] ?? "").split(separator: ",").map(String.init)

    package static func take(_ entityID: String) {
        let isPoison = names.contains { name in
            name.hasSuffix("*") ? entityID.hasPrefix(name.dropLast()) : entityID == name
        }
        guard isPoison else { return }
        FileHandle.standardError.write(Data((#"{"message":"poisoned"}"# + "\n").utf8))
        kill(getpid(), SIGKILL)
    }
    #else
    package static func take(_ entityID: String) {}
    #endif
}
