import NovaContract

/// A JSON text that may be wrong: members may be there twice, and a piece may be any bytes.
indirect enum FuzzValue: Sendable, Equatable {
    case plain(JSONValue)
    /// Bytes as they are sent, which need not be JSON.
    case raw([UInt8])
    case array([FuzzValue])
    case object([Member])

    struct Member: Sendable, Equatable {
        var name: String
        var value: FuzzValue
    }

    init(_ json: JSONValue) {
        switch json {
        case .array(let elements): self = .array(elements.map(FuzzValue.init))
        case .object(let members): self = .object(members.sortedMembers.map { Member(name: $0, value: FuzzValue($1)) })
        default: self = .plain(json)
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .plain(let value): return value.jsonBytes
        case .raw(let bytes): return bytes
        case .array(let elements):
            return Array("[".utf8) + elements.map(\.bytes).joined(separator: Array(",".utf8)) + Array("]".utf8)
        case .object(let members):
            let texts = members.map { JSONValue($0.name).jsonBytes + Array(":".utf8) + $0.value.bytes }
            return Array("{".utf8) + texts.joined(separator: Array(",".utf8)) + Array("}".utf8)
        }
    }

    // MARK: - Places

    /// Steps from the root to a value: indices of members or elements.
    typealias Place = [Int]

    /// All places, the root's first, at most `limit`.
    func places(limit: Int = 400) -> [Place] {
        var found: [Place] = []
        func walk(_ value: FuzzValue, _ place: Place) {
            guard found.count < limit else { return }
            found.append(place)
            for (index, inner) in value.children.enumerated() { walk(inner, place + [index]) }
        }
        walk(self, [])
        return found
    }

    var children: [FuzzValue] {
        switch self {
        case .array(let elements): elements
        case .object(let members): members.map(\.value)
        case .plain, .raw: []
        }
    }

    subscript(place: Place) -> FuzzValue {
        get { place.reduce(self) { $0.children[$1] } }
        set {
            guard let first = place.first else {
                self = newValue
                return
            }
            let rest = Array(place.dropFirst())
            switch self {
            case .array(var elements):
                elements[first][rest] = newValue
                self = .array(elements)
            case .object(var members):
                members[first].value[rest] = newValue
                self = .object(members)
            case .plain, .raw: break
            }
        }
    }

    /// Without the value at a place, which is not the root.
    func without(_ place: Place) -> FuzzValue {
        guard let last = place.last else { return self }
        let parent = Array(place.dropLast())
        var result = self
        switch self[parent] {
        case .array(var elements):
            elements.remove(at: last)
            result[parent] = .array(elements)
        case .object(var members):
            members.remove(at: last)
            result[parent] = .object(members)
        case .plain, .raw: break
        }
        return result
    }
}
