import CrashKit
import Foundation

/// Where the history of a bad run is kept.
enum HistoryFile {
    /// Returns the path of the file, JSON, in the directory for temporary files.
    static func write(_ history: HistoryRecord, seed: UInt64) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let name = "nova-crash-\(seed)-\(UUID().uuidString).json"
        let file = FileManager.default.temporaryDirectory.appending(path: name)
        try encoder.encode(history).write(to: file)
        return file.path
    }
}
