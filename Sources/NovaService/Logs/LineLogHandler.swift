import Logging

/// A finished entry, before it is given its looks.
struct LogEntry {
    let time: LogTime
    let logger: String
    let level: Logger.Level
    let message: String
    /// Ordered by name, so that the same entry gives the same line.
    let metadata: [(key: String, value: Logger.MetadataValue)]
}

/// Turns an entry into one line, the line end included.
protocol LogStyle: Sendable {
    func line(for entry: LogEntry) -> [UInt8]
}

/// Takes whole lines.
protocol LogSink: Sendable {
    func write(_ line: [UInt8])
}

/// A swift-log handler that hands each entry, as one line, to one sink.
struct LineLogHandler: LogHandler {
    let label: String
    let style: any LogStyle
    let sink: any LogSink
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(
        label: String,
        level: Logger.Level,
        style: any LogStyle,
        sink: any LogSink,
        metadataProvider: Logger.MetadataProvider?
    ) {
        self.label = label
        self.logLevel = level
        self.style = style
        self.sink = sink
        self.metadataProvider = metadataProvider
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let entry = LogEntry(
            time: .now(),
            logger: label,
            level: event.level,
            message: event.message.description,
            metadata: merged(event).sorted { $0.key < $1.key }
        )
        sink.write(style.line(for: entry))
    }

    /// What the entry says wins over the task's trace, and that over what the logger carries.
    private func merged(_ event: LogEvent) -> Logger.Metadata {
        var all = metadata
        if let provided = metadataProvider?.get(), !provided.isEmpty {
            all.merge(provided) { _, new in new }
        }
        if let own = event.metadata, !own.isEmpty {
            all.merge(own) { _, new in new }
        }
        if let error = event.error {
            all["error"] = .string(String(describing: error))
        }
        return all
    }
}
