import Logging

extension Logger {
    /// For the clients inside short commands: what goes wrong there reaches the person as the command's own message.
    static let quiet = Logger(label: "nova", factory: { _ in SwiftLogNoOpLogHandler() })
}
