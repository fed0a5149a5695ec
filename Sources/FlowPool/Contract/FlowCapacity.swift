import NovaContract

extension FlowDefinition {
    /// How much there is of a resource, from moment to moment.
    package struct Capacity: Sendable, Equatable {
        package struct Change: Sendable, Equatable {
            static let members = ["from", "amount"]

            /// Seconds from the flow's start.
            package let from: Double
            package let amount: Double

            package init(from: Double, amount: Double) {
                self.from = from
                self.amount = amount
            }
        }

        /// Rising; the first from 0, each until the next, the last for ever.
        package let changes: [Change]

        package init(_ changes: [Change]) {
            self.changes = changes
        }

        package init(_ amount: Double) {
            changes = [Change(from: 0, amount: amount)]
        }

        /// The amount, where it is the same at all times.
        package var constant: Double? { changes.count == 1 ? changes[0].amount : nil }

        package static let maximumChanges = 1_000
    }
}

// MARK: - JSON

extension FlowDefinition.Capacity {
    /// Reads a number, or an array of `from` and `amount`.
    init?(_ value: JSONValue, at pointer: JSONPointer, _ validator: inout Validator) {
        switch value {
        case .integer, .number, .literal:
            guard let amount = validator.number(value, pointer, in: FlowDefinition.amounts) else { return nil }
            self.init(amount)
        case .array(let elements):
            guard (1...Self.maximumChanges).contains(elements.count) else {
                validator.fail(pointer, "must have 1 to \(Self.maximumChanges) elements, not \(elements.count)")
                return nil
            }
            let changes = elements.enumerated().map { index, element in
                Change(element, at: pointer.appending(index), &validator)
            }
            Self.checkOrder(changes, pointer, &validator)
            self.init(changes.compactMap(\.self))
        default:
            let rule = "must be a number, or an array of objects with from and amount"
            validator.fail(pointer, "\(rule), not \(value.kindName)")
            return nil
        }
    }

    /// Changes that could not be read are nil: they were reported.
    private static func checkOrder(_ changes: [Change?], _ pointer: JSONPointer, _ validator: inout Validator) {
        func place(_ index: Int) -> JSONPointer { pointer.appending(index).appending("from") }
        func text(_ seconds: Double) -> String { JSONValue(seconds).jsonString }
        if let first = changes[0], first.from != 0 {
            validator.fail(place(0), "must be 0, the flow's start, as it is the first, not \(text(first.from))")
        }
        for index in changes.indices.dropFirst() {
            guard let before = changes[index - 1], let change = changes[index], change.from <= before.from else {
                continue
            }
            let rule = "must be more than \(text(before.from)), the one before"
            validator.fail(place(index), "\(rule), not \(text(change.from))")
        }
    }

    var json: JSONValue { constant.map { JSONValue($0) } ?? .array(changes.map(\.json)) }
}

extension FlowDefinition.Capacity.Change {
    fileprivate init?(_ value: JSONValue, at pointer: JSONPointer, _ validator: inout Validator) {
        guard case .object(let members) = value else {
            validator.fail(pointer, "must be an object with from and amount, not \(value.kindName)")
            return nil
        }
        validator.known(members, Self.members, at: pointer)
        let from = validator.required(members["from"], pointer.appending("from")) {
            $0.number($1, $2, in: FlowDefinition.times)
        }
        let amount = validator.required(members["amount"], pointer.appending("amount")) {
            $0.number($1, $2, in: FlowDefinition.amounts)
        }
        guard let from, let amount else { return nil }
        self.init(from: from, amount: amount)
    }

    fileprivate var json: JSONValue { ["from": JSONValue(from), "amount": JSONValue(amount)] }
}
