#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How a process ends that cannot begin.
package enum StartFailure {
    /// `EX_CONFIG` of sysexits.h.
    package static let configurationExitCode: Int32 = 78

    /// Says what is wrong, and ends the process at once.
    package static func end(_ faults: StartFaults, process: String) -> Never {
        report(faults, process: process)
        _exit(faults.exitCode)
    }

    /// Says on standard error what is wrong and what would be right, a line each.
    package static func report(_ faults: StartFaults, process: String) {
        let text = Array(faults.lines.map { "\(process): \($0)\n" }.joined().utf8)
        // Nothing is left to be done where standard error is closed.
        _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
