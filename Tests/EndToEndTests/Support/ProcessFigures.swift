import ChildProcesses
import Foundation
import NovaTestKit

extension ClusterMember {
    /// A figure of `/proc/PID/status` in bytes: `VmRSS`, what is resident, or `VmHWM`, the most that was.
    func memory(_ name: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name + ":") }),
            let kilobytes = Int(line.filter(\.isNumber))
        else { throw Missing(name: name) }
        return kilobytes << 10
    }

    private struct Missing: Error { let name: String }
}
