import Foundation

/// The rules for ids that clients choose: flows, tasks, agents, resources, memories, domains.
package enum EntityID {
    package static let maximumBytes = 200

    /// Words that are paths of their own where an id of this type would stand: what was named so could not be reached.
    package static let reserved: [String: Set<String>] = [
        "task": ["assign", "batch"],
        "agent": ["coordinate", "import"],
        "resource": ["allocate", "allocations"],
        "memory": ["batch", "consolidate", "export", "import", "search", "store", "use"],
    ]

    /// What is wrong with an id, or nil.
    ///
    /// Text without control characters, up to 200 bytes, in normalization form C: ids are compared byte for byte, and two that
    /// look the same must be the same. Not `.` or `..`, which clients take out of a path, and no word of `reserved`.
    ///
    /// - Parameter type: `task`, `agent`, `flow`, …: what is named; nil: something that stands in no path.
    package static func fault(_ id: String, of type: String? = nil) -> String? {
        if id.isEmpty { return "must not be empty" }
        if id.utf8.count > maximumBytes { return "must have at most \(maximumBytes) bytes, not \(id.utf8.count)" }
        if let fault = textFault(id) { return fault }
        if id == "." || id == ".." { return "must not be \"\(id)\", which stands for a folder in paths" }
        if let type, reserved[type]?.contains(id) == true {
            return "must not be \"\(id)\", which is a path of its own: it could not be reached"
        }
        return nil
    }

    /// The id of something that is made for another: `ID.NAME`, with the beginning of a long id alone.
    ///
    /// - Parameter name: tells it from all others, and has at most half of `maximumBytes`.
    package static func below(_ id: String, _ name: String) -> String {
        let room = maximumBytes - name.utf8.count - 1
        guard id.utf8.count > room else { return "\(id).\(name)" }
        return id.cut(toBytes: room - "…".utf8.count) + ".\(name)"
    }

    /// What is wrong with a text that is compared with others, or nil: control characters, or letters that are not composed.
    package static func textFault(_ text: String) -> String? {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return nil }
        let isControl: (Unicode.Scalar) -> Bool = { $0.value < 0x20 || 0x7F...0x9F ~= $0.value }
        if text.unicodeScalars.contains(where: isControl) { return "must not contain control characters" }
        guard text.precomposedStringWithCanonicalMapping.hasSameBytes(as: text) else {
            return "must be in Unicode normalization form C (composed letters)"
        }
        return nil
    }
}
