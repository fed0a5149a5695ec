import Foundation

/// What the kernel says of a process in `/proc/PID/status`.
package struct ProcessStatus: Sendable {
    /// `R`, `S`, `T` (stopped), `Z` and so on.
    package let state: String
    /// Resident memory in KiB, now and the most there ever was; zero for a zombie.
    package let residentKiB: Int
    package let peakKiB: Int

    /// Nil where there is no such process.
    package init?(pid: Int32) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/status") else { return nil }
        var values: [Substring: Substring] = [:]
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let halves = line.split(separator: ":", maxSplits: 1)
            if halves.count == 2 { values[halves[0]] = halves[1].drop(while: \.isWhitespace) }
        }
        guard let state = values["State"]?.first else { return nil }
        self.state = String(state)
        residentKiB = Self.number(values["VmRSS"])
        peakKiB = Self.number(values["VmHWM"])
    }

    private static func number(_ text: Substring?) -> Int {
        text.flatMap { Int($0.prefix(while: \.isNumber)) } ?? 0
    }
}
