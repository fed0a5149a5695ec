import Foundation

/// What the figures depend on, as name and value.
enum Conditions {
    static func read(_ programs: Programs) async throws -> [(String, String)] {
        let info = ProcessInfo.processInfo
        let (one, five, fifteen) = load()
        return [
            ("date", Date().formatted(.iso8601)),
            ("commit", await commit(of: programs.scripts)),
            ("CPU", "\(cpuModel()), \(info.activeProcessorCount) cores"),
            ("load average before", [one, five, fifteen].map { String(format: "%.1f", $0) }.joined(separator: " ")),
            ("kernel", try await Tool.firstLine("uname", ["-sr"])),
            ("swift", try await Tool.firstLine("swift", ["--version"])),
            ("librdkafka", try await Tool.firstLine(programs.consume, ["--version"])),
            ("redis", try await Tool.firstLine("redis-server", ["--version"])),
        ]
    }

    private static func commit(of folder: String) async -> String {
        do {
            return try await Tool.firstLine("git", ["-C", folder, "describe", "--always", "--dirty"])
        } catch {
            // Sources without their history.
            return "unknown"
        }
    }

    private static func load() -> (Double, Double, Double) {
        var values = [Double](repeating: 0, count: 3)
        getloadavg(&values, 3)
        return (values[0], values[1], values[2])
    }

    private static func cpuModel() -> String {
        do {
            let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
            return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
        } catch {
            return "unknown"
        }
    }
}
