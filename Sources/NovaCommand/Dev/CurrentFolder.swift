import Foundation

/// Where the command was started.
enum CurrentFolder {
    static var path: String { FileManager.default.currentDirectoryPath }
}
