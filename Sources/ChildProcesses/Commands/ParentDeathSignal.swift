import Foundation

/// Makes the kernel kill a child when we die, however we die, also by SIGKILL.
///
/// `setpriv` asks for that signal and becomes a shell, which becomes the program: one process, one pid. The kernel sends
/// it when the *thread* that forked ends; Subprocess forks on one thread that lives as long as the process. If we died
/// before `setpriv` had asked, nobody would be told, so the shell looks whether its parent is still the right one.
enum ParentDeathSignal {
    private static let script = #"[ "$PPID" = "$0" ] || exit 125; exec "$@""#

    static let executable = "setpriv"

    static func arguments(program: String, arguments: [String]) -> [String] {
        let parent = String(ProcessInfo.processInfo.processIdentifier)
        return ["--pdeathsig", "KILL", "--", "/bin/sh", "-c", script, parent, program] + arguments
    }
}
