import Foundation

/// One JSON log line of a Nova process.
package struct LogLine {
    private let fields: [String: Any]

    /// Nil for any other line.
    package init?(_ line: String) {
        guard line.hasPrefix("{") else { return nil }
        do {
            guard let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                return nil
            }
            self.fields = fields
        } catch {
            // Processes also write other things, a crash report for example.
            return nil
        }
    }

    package var message: String? { self["message"] }

    /// A field as text, also when it is a number.
    package subscript(_ field: String) -> String? {
        fields[field].map { ($0 as? String) ?? String(describing: $0) }
    }
}
