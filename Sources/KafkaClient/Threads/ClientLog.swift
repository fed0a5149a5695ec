import Logging

/// Passes librdkafka's log lines on.
struct ClientLog: Sendable {
    let logger: Logger

    func write(_ line: ClientEvent.LogLine) {
        let level = Self.isOfAnotherClient(line) ? .debug : Self.level(line.level)
        logger.log(level: level, "\(line.text)", metadata: ["facility": "\(line.facility)"])
    }

    /// One set of properties serves consumers, producers and admins; each is told of those that are not its own.
    private static func isOfAnotherClient(_ line: ClientEvent.LogLine) -> Bool {
        line.facility == "CONFWARN" && line.text.contains(" property and will be ignored by this ")
    }

    /// From syslog's numbers.
    static func level(_ number: Int32) -> Logger.Level {
        switch number {
        case ...2: .critical
        case 3: .error
        case 4: .warning
        case 5: .notice
        case 6: .info
        default: .debug
        }
    }
}
