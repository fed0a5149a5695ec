import AsyncPrimitives
import Foundation
import Synchronization
import UnixSignals

/// Turns Ctrl-C, SIGTERM and the end of the terminal into the event that stops all; a second one ends the process at once.
final class SignalWatch: Sendable {
    private let stop: AsyncEvent
    private let console: LiveLine
    /// Folders to remove where there is no time for a scope to do it.
    private let leftovers = Mutex<[String]>([])

    init(stop: AsyncEvent, console: LiveLine) {
        self.stop = stop
        self.console = console
    }

    func removeAtOnce(_ directory: String) { leftovers.withLock { $0.append(directory) } }

    /// Signals that come closer together than this are one: a program around this one may pass on what the terminal has
    /// sent already.
    private static let echo = Duration.milliseconds(500)

    /// Until cancelled.
    func run() async {
        var first: ContinuousClock.Instant?
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
            guard let raised = first else {
                first = .now
                stop.set()
                continue
            }
            if .now - raised > Self.echo { endAtOnce(signal) }
        }
    }

    /// The children go with us: the kernel sees to that.
    private func endAtOnce(_ signal: UnixSignal) -> Never {
        console.clear()
        for directory in leftovers.withLock({ $0 }) {
            do {
                try FileManager.default.removeItem(atPath: directory)
            } catch {
                // Left behind, in the folder for temporary files.
                continue
            }
        }
        _exit(128 + signal.rawValue)
    }
}
