#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where a command writes to: standard output for what was asked, standard error for what is said about it.
///
/// A write that fails is dropped, and so is all that follows; `outputFault` tells why. A command that must know, because what it
/// shows is kept nowhere, asks; for all others the tool asks in the end. Where nobody reads any more (`nova jobs list | head`)
/// that is no failure.
package struct Console: Sendable {
    package let isTerminal: Bool
    /// Columns.
    package let width: Int
    let style: TextStyle
    private let output: @Sendable (String) -> Void
    private let errors: @Sendable (String) -> Void
    private let fault: @Sendable () -> OutputFault?
    private let readerGone: @Sendable () -> Bool

    /// The console of the running command; tests put another in its place.
    @TaskLocal package static var current = Console.standard

    init(
        isTerminal: Bool = false,
        width: Int = 80,
        style: TextStyle = .plain,
        output: @escaping @Sendable (String) -> Void,
        errors: @escaping @Sendable (String) -> Void,
        fault: @escaping @Sendable () -> OutputFault? = { nil },
        readerGone: @escaping @Sendable () -> Bool = { false }
    ) {
        self.isTerminal = isTerminal
        self.width = width
        self.style = style
        self.output = output
        self.errors = errors
        self.fault = fault
        self.readerGone = readerGone
    }

    /// Why not all of what was asked for was written; nil where it was.
    var outputFault: OutputFault? { fault() }

    /// Returns when nobody reads standard output any more, or when cancelled.
    func waitUntilReaderIsGone() async {
        while !readerGone() {
            // Cut short by cancellation.
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
        }
    }

    package func write(_ text: String) { output(text) }
    package func line(_ text: String = "") { output(text + "\n") }
    package func note(_ text: String) { errors(text + "\n") }
}

extension Console {
    /// The process's own.
    ///
    /// `NO_COLOR` (no-color.org) and `TERM=dumb` turn colours off, a locale that is not UTF-8 the
    /// block characters; `COLUMNS` counts where the terminal does not tell its width.
    package static var standard: Console {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let term = variable("TERM") ?? ""
        let sink = StandardSink()
        return Console(
            isTerminal: isTerminal && term != "dumb",
            width: columns() ?? variable("COLUMNS").flatMap { Int($0) }.map { min(max($0, 40), 1_000) } ?? 80,
            style: TextStyle(colour: isTerminal && term != "dumb" && variable("NO_COLOR") == nil, unicode: isUTF8()),
            output: { sink.write($0, to: STDOUT_FILENO) },
            errors: { sink.write($0, to: STDERR_FILENO) },
            fault: { sink.fault(of: STDOUT_FILENO) },
            readerGone: { sink.isReaderGone(STDOUT_FILENO) }
        )
    }

    private static func columns() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 else { return nil }
        return Int(size.ws_col)
    }

    /// By the first of the three variables that is set; where none is, as in a bare container, taken for UTF-8.
    private static func isUTF8() -> Bool {
        guard let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first else { return true }
        let name = locale.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
