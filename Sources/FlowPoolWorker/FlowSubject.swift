import FlowPool
import NovaContract
import NovaStore
import Optimization

/// The flow a request is about: what it says itself, and for the rest the stored flow of that name.
struct FlowSubject {
    let request: OptimizeFlow
    let definition: FlowDefinition
    /// Where the steps stand, for the pointers of faults: in the request's body, or in the stored flow.
    let pointer: JSONPointer

    init(request: OptimizeFlow, stored: StoredFlow?) {
        let known = stored?.definition ?? FlowDefinition()
        self.request = request
        definition = FlowDefinition(
            steps: request.hasSteps ? request.definition.steps : known.steps,
            capacity: known.capacity.merging(request.definition.capacity) { _, asked in asked }
        )
        pointer = request.hasSteps || stored == nil ? "/parameters" : "/flow"
    }

    /// The flow in the optimizer's terms, with what is wanted of it.
    ///
    /// - Throws: `NovaError` `VALIDATION_ERROR` that names each fault by its place.
    func problem() throws -> FlowProblem {
        try Self.check(Flow(definition, for: request), from: definition, at: pointer)
    }

    /// The same with other durations of some steps, in seconds.
    func problem(durations: [String: Double]) throws -> FlowProblem {
        try Self.check(Flow(definition, for: request).with(durations: durations), from: definition, at: pointer)
    }

    /// Checks a flow of which nothing is wanted yet.
    ///
    /// - Throws: `NovaError` `VALIDATION_ERROR` that names each fault by its place below `pointer`.
    static func check(_ definition: FlowDefinition, at pointer: JSONPointer) throws {
        _ = try check(Flow(definition), from: definition, at: pointer)
    }

    private static func check(
        _ flow: Flow,
        from definition: FlowDefinition,
        at pointer: JSONPointer
    ) throws -> FlowProblem {
        do {
            return try FlowProblem(flow)
        } catch {
            throw NovaError(error, in: FlowPlaces(definition: definition, pointer: pointer))
        }
    }
}

extension NovaError {
    fileprivate init(_ error: FlowValidationError, in places: FlowPlaces) {
        var details = error.issues.prefix(Validator.maximumDetails).map { issue in
            Detail(places.place(of: issue), issue.message)
        }
        let unnamed = error.issues.count + error.omitted - details.count
        if unnamed > 0 { details.append(Detail(places.pointer, "and \(unnamed) more")) }
        let first = error.issues.first?.message ?? "the flow is not valid"
        let more = error.issues.count + error.omitted - 1
        self.init(.validationError, more > 0 ? "\(first) (and \(more) more)" : first, details: Array(details))
    }
}
