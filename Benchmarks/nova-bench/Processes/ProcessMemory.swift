import Foundation

/// What a process holds of the machine's memory.
enum ProcessMemory {
    /// Bytes; 0 where it is not known.
    static func resident(pid: Int32) -> Int {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/statm") else { return 0 }
        let parts = String(decoding: data, as: UTF8.self).split(separator: " ")
        return parts.count > 1 ? (Int(parts[1]) ?? 0) * 4_096 : 0
    }
}
