import FlowPool
import NovaContract
import Testing

/// What a reader finds wrong, each as `pointer message`; empty: nothing.
func faults(of read: () throws -> Void) -> [String] {
    do {
        try read()
        return []
    } catch let error as NovaError {
        #expect(error.code == .validationError)
        return error.details.map { "\($0.pointer) \($0.message)" }
    } catch {
        Issue.record(error)
        return []
    }
}

extension FlowDefinition {
    /// Reads JSON text.
    init(parsing text: String) throws {
        var validator = Validator()
        self.init(try JSONValue(parsing: text), at: .root, &validator)
        try validator.finish()
    }
}
