import ChildProcesses
import Foundation

/// A shell that runs `script`.
func shell(_ script: String, environment: [String: String] = [:]) -> ChildCommand {
    ChildCommand(executable: "sh", arguments: ["-c", script], environment: environment)
}

/// Whether there is a process with this pid, if only a zombie.
func exists(_ pid: Int32) -> Bool {
    kill(pid, 0) == 0
}
