import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes whole texts to the process's standard streams; texts of different tasks are never mixed.
///
/// A text that could not be written whole is the last that was tried on its stream: what comes later is dropped.
final class StandardSink: Sendable {
    /// What went wrong, by descriptor.
    private let faults = Mutex<[Int32: OutputFault]>([:])

    func fault(of descriptor: Int32) -> OutputFault? { faults.withLock { $0[descriptor] } }

    /// Whether nobody reads any more: the other end of a pipe was closed.
    func isReaderGone(_ descriptor: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    }

    /// Blocks while the reader does not read: what a command prints is small, and there is nothing else to do.
    func write(_ text: String, to descriptor: Int32) {
        faults.withLock { faults in
            guard faults[descriptor] == nil else { return }
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
                    } else if written == 0 || errno != EINTR {
                        faults[descriptor] = OutputFault(errno)
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

/// Why a text did not reach whom it was for.
enum OutputFault: Sendable, Equatable {
    /// The reader has gone, as `head` does when it has enough.
    case readerGone
    case failed(String)

    fileprivate init(_ code: Int32) {
        self = code == EPIPE ? .readerGone : .failed(String(cString: strerror(code)))
    }

    /// For a person.
    var reason: String {
        switch self {
        case .readerGone: "nobody reads it"
        case .failed(let reason): reason
        }
    }
}
