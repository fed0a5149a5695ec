import Logging

/// Passes librdkafka's log lines on.
struct ClientLog: Sendable {
    let logger: Logger

    func write(_ line: ClientEvent.LogLine) {
        logger.log(level: Self.level(line.level), "\(line.text)", metadata: ["facility": "\(line.facility)"])
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
