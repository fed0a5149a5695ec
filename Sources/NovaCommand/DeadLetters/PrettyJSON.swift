import NovaContract

/// JSON over several lines, two blanks for each level, members sorted by name.
enum PrettyJSON {
    static func lines(_ value: JSONValue) -> [String] {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            return block("[", elements.map { ("", $0) }, "]")
        case .object(let members) where !members.isEmpty:
            let sorted = members.sorted { $0.key < $1.key }
            return block("{", sorted.map { (JSONValue.string($0.key).jsonString + ": ", $0.value) }, "}")
        default:
            return [value.jsonString]
        }
    }

    private static func block(_ open: String, _ members: [(name: String, value: JSONValue)], _ close: String)
        -> [String]
    {
        var all = [open]
        for (index, member) in members.enumerated() {
            var own = lines(member.value)
            own[0] = member.name + own[0]
            if index < members.count - 1 { own[own.count - 1] += "," }
            all += own.map { "  " + $0 }
        }
        return all + [close]
    }
}
