/// Takes a stream of server-sent events apart (WHATWG HTML, 9.2.6), as far as chat completions use it: only `data`.
struct ServerSentEvents {
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var endedByReturn = false

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

    private mutating func endLine() -> [UInt8]? {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else {
            defer { data = nil }
            return data
        }
        let name = Array("data:".utf8)
        guard line.starts(with: name) else { return nil }
        var value = line.dropFirst(name.count)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if data == nil {
            data = Array(value)
        } else {
            data?.append(UInt8(ascii: "\n"))
            data?.append(contentsOf: value)
        }
        return nil
    }
}
