import NovaContract

/// Tells of letters that are named although somebody has dealt with them already.
enum PassedOver {
    /// - Parameter advice: What would be right; empty for nothing.
    static func tell(_ entries: [DeadLetterEntry], _ advice: String) {
        for entry in entries {
            guard let resolution = entry.resolution else { continue }
            let time = Timestamp.string(milliseconds: resolution.at)
            Console.current.note(
                "\(entry.reference) was \(resolution.kind.rawValue) at \(time), so it is passed over"
                    + (advice.isEmpty ? "" : "; \(advice)")
            )
        }
    }
}
