/// Takes a stream of server-sent events apart (WHATWG HTML, 9.2.6), as far as chat completions use it.
///
/// That is `data`, and events of the name `error`, whose data becomes `{"error": DATA}`; llama.cpp has a field `error` too.
struct ServerSentEvents {
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var isError = false
    private var endedByReturn = false
    private var isFirstLine = true

    /// The data of each event that is complete with these bytes.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            // A line ends with LF, CR, or both.
            if byte == UInt8(ascii: "\n"), endedByReturn {
                endedByReturn = false
                continue
            }
            endedByReturn = byte == UInt8(ascii: "\r")
            guard byte == UInt8(ascii: "\n") || endedByReturn else {
                line.append(byte)
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    /// The data of an event that the end of the stream completes: not every server ends its last one.
    mutating func end() -> [UInt8]? {
        if let event = endLine() { return event }
        return endLine()
    }

    private mutating func endLine() -> [UInt8]? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else {
            defer { (data, isError) = (nil, false) }
            return data.map { isError ? Array(#"{"error":"#.utf8) + $0 + [UInt8(ascii: "}")] : $0 }
        }
        if let name = value(of: "event") { isError = name.elementsEqual("error".utf8) }
        if let text = value(of: "error") {
            isError = true
            append(text)
        }
        if let text = value(of: "data") { append(text) }
        return nil
    }

    private mutating func append(_ text: ArraySlice<UInt8>) {
        if data == nil {
            data = Array(text)
        } else {
            data?.append(UInt8(ascii: "\n"))
            data?.append(contentsOf: text)
        }
    }

    /// What the line says, where it is this field.
    private func value(of field: String) -> ArraySlice<UInt8>? {
        guard line.starts(with: Array("\(field):".utf8)) else { return nil }
        let value = line.dropFirst(field.utf8.count + 1)
        return value.first == UInt8(ascii: " ") ? value.dropFirst() : value
    }
}
