import Foundation

/// Waits for the end of a child without reaping it: until that is done its pid belongs to nobody else.
enum Termination {
    /// Returns when the child has ended.
    ///
    /// Not cancellable; takes a thread of its own, since the wait blocks.
    static func wait(for pid: Int32) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var information = siginfo_t()
                while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
                continuation.resume()
            }
        }
    }
}
