package import NovaService

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How a process ends that was told something it cannot use.
package enum StartFailure {
    /// `EX_CONFIG` of sysexits.h.
    package static let configurationExitCode: Int32 = 78

    /// Says on standard error which setting is wrong and what would be right.
    package static func report(_ error: SettingsError, process: String) {
        let line = Array("\(process): \(error)\n".utf8)
        // Nothing is left to be done where standard error is closed.
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
