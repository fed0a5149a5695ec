import Glibc

/// What a poll thread sleeps on: a pipe that librdkafka's queues and our own callers write to.
final class WakeUp: Sendable {
    /// Where to write to; never blocks.
    let descriptor: Int32
    private let reading: Int32

    init() throws(KafkaError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("a pipe could not be made", errno: errno) }
        (reading, descriptor) = (ends[0], ends[1])
        for end in ends {
            guard fcntl(end, F_SETFL, O_NONBLOCK) == 0, fcntl(end, F_SETFD, FD_CLOEXEC) == 0 else {
                throw .system("a pipe could not be set up", errno: errno)
            }
        }
    }

    deinit {
        close(reading)
        close(descriptor)
    }

    func signal() {
        // It fails only when the pipe is full, and then the thread is woken anyhow.
        var byte: UInt8 = 1
        _ = write(descriptor, &byte, 1)
    }

    /// Returns at a signal, at one that came since the last return, or after the time.
    func wait(milliseconds: Int32) {
        var entry = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer in
            while read(reading, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
