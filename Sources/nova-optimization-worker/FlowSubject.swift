import NovaContract
import NovaStore
import Optimization

/// The flow a request is about: what it says itself, and for the rest the stored flow of that name.
struct FlowSubject {
    let definition: FlowDefinition
    /// Where the steps stand, for the pointers of faults: in the request's body, or in the stored flow.
    let pointer: JSONPointer

    init(request: OptimizeFlow, stored: StoredFlow?) {
        let known = stored?.definition ?? FlowDefinition()
        definition = FlowDefinition(
            steps: request.hasSteps ? request.definition.steps : known.steps,
            capacity: known.capacity.merging(request.definition.capacity) { _, asked in asked }
        )
        pointer = request.hasSteps || stored == nil ? "/parameters" : "/flow"
    }

    func problem() throws -> FlowProblem { try Self.check(definition, at: pointer) }

    /// The flow in the optimizer's terms.
    ///
    /// - Throws: `NovaError` `VALIDATION_ERROR` that names each fault by its place below `pointer`.
    static func check(_ definition: FlowDefinition, at pointer: JSONPointer) throws -> FlowProblem {
        do {
            return try FlowProblem(Flow(definition))
        } catch {
            throw NovaError(error, at: pointer)
        }
    }
}

extension Flow {
    fileprivate init(_ definition: FlowDefinition) {
        self.init(
            steps: definition.steps.map {
                FlowStep(id: $0.id, duration: $0.duration, resources: $0.resources, dependencies: $0.dependencies)
            },
            capacity: definition.capacity
        )
    }
}

extension NovaError {
    fileprivate init(_ error: FlowValidationError, at pointer: JSONPointer) {
        var details = error.issues.prefix(Validator.maximumDetails).map { issue in
            Detail(issue.path.reduce(pointer) { $0.appending($1) }, issue.message)
        }
        let unnamed = error.issues.count + error.omitted - details.count
        if unnamed > 0 { details.append(Detail(pointer, "and \(unnamed) more")) }
        let first = error.issues.first?.message ?? "the flow is not valid"
        let more = error.issues.count + error.omitted - 1
        self.init(.validationError, more > 0 ? "\(first) (and \(more) more)" : first, details: Array(details))
    }
}

extension JSONPointer {
    fileprivate func appending(_ element: FlowIssue.PathElement) -> JSONPointer {
        switch element {
        case .key(let key): appending(key)
        case .index(let index): appending(index)
        }
    }
}
