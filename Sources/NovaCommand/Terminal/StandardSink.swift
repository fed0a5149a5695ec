import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes whole texts to the process's standard streams; texts of different tasks are never mixed.
final class StandardSink: Sendable {
    private let turn = Mutex(())

    /// Blocks while the reader does not read: what a command prints is small, and there is nothing else to do.
    func write(_ text: String, to descriptor: Int32) {
        turn.withLock { _ in
            var text = text
            text.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)[...]
                while !rest.isEmpty {
                    let piece = UnsafeRawBufferPointer(rebasing: rest)
                    let written = systemWrite(descriptor, piece.baseAddress, piece.count)
                    if written > 0 {
                        rest = rest.dropFirst(written)
                    } else if errno == EAGAIN {
                        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        _ = poll(&request, 1, 1_000)
                    } else if errno != EINTR {
                        return
                    }
                }
            }
        }
    }

    private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        // Inside the class, `write` alone would be the method above.
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes, count)
        #elseif canImport(Musl)
        Musl.write(descriptor, bytes, count)
        #elseif canImport(Darwin)
        Darwin.write(descriptor, bytes, count)
        #endif
    }
}
