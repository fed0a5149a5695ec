import Synchronization

/// One line of the terminal that is written again and again; on anything that is not a terminal, a line each time the
/// text changes.
///
/// Everything else that is written meanwhile goes through `above`, so that nothing is torn.
final class LiveLine: Sendable {
    private let console: Console
    private let shown = Mutex("")

    init(_ console: Console) { self.console = console }

    /// Shows `text` in place of what was shown.
    ///
    /// - Parameter isMilestone: Worth a line of its own where lines cannot be written again.
    func show(_ text: String, isMilestone: Bool = false) {
        shown.withLock { shown in
            guard text != shown else { return }
            guard console.isTerminal else {
                if isMilestone { console.line("  " + text) }
                return
            }
            shown = text
            // One column is left free: a full line would wrap on some terminals.
            console.write(Self.erase + TextLayout.truncated("  " + text, to: console.width - 1))
        }
    }

    /// Writes a line above the live one.
    func above(_ text: String) {
        shown.withLock { shown in
            guard console.isTerminal, !shown.isEmpty else { return console.line(text) }
            console.write(Self.erase + text + "\n" + TextLayout.truncated("  " + shown, to: console.width - 1))
        }
    }

    /// Takes the live line away.
    func clear() {
        shown.withLock { shown in
            if console.isTerminal, !shown.isEmpty { console.write(Self.erase) }
            shown = ""
        }
    }

    private static let erase = "\r\u{1B}[K"
}
