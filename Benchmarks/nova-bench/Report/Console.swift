import Foundation
import Logging

/// What is said while measuring, on standard error.
enum Console {
    static func say(_ line: String) {
        FileHandle.standardError.write(Data("bench: \(line)\n".utf8))
    }

    /// For the clients inside this process: what goes wrong, and nothing that costs time otherwise.
    static var logger: Logger {
        var logger = Logger(label: "nova.bench")
        logger.logLevel = .warning
        return logger
    }
}
