import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes each line to standard error with one `write`, lines of different threads never mixed.
final class StandardErrorSink: LogSink {
    private let descriptor: Int32
    /// Held for the whole line: the kernel may take a long one in pieces.
    private let turn = Mutex(())

    init(descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
    }

    func write(_ line: [UInt8]) {
        turn.withLock { _ in
            line.withUnsafeBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let written = systemWrite(UnsafeRawBufferPointer(rebasing: rest))
                    if written > 0 {
                        rest = rest.dropFirst(written)
                    } else if errno == EAGAIN {
                        waitUntilWritable()
                    } else if errno != EINTR {
                        // Nobody is left to read, and there is nowhere else to say so.
                        return
                    }
                }
            }
        }
    }

    private func systemWrite(_ bytes: UnsafeRawBufferPointer) -> Int {
        // Inside the class, `write` alone would be the method above.
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Darwin)
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    /// A terminal shared with a program that made it non-blocking refuses what it cannot take at once.
    private func waitUntilWritable() {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, 1_000)
    }
}
