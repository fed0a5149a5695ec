import FlowPool
import NovaContract
import Optimization

/// Where parts of the optimizer's flow stand in what the client sent.
struct FlowPlaces {
    let definition: FlowDefinition
    /// Of what has the steps.
    let pointer: JSONPointer

    func place(of issue: FlowIssue) -> JSONPointer {
        let path = inOrderGiven(issue.path)
        return path.reduce(path.first == .key("now") ? "/parameters" : pointer) { pointer, element in
            switch element {
            case .key(let key): pointer.appending(key)
            case .index(let index): pointer.appending(index)
            case .constraint(let name): JSONPointer("/constraints").appending(name)
            }
        }
    }

    /// The optimizer counts a step's dependencies first and its lags after them; clients may mix them.
    private func inOrderGiven(_ path: [FlowIssue.PathElement]) -> [FlowIssue.PathElement] {
        guard path.count >= 4, case .index(let step) = path[1], path[2] == .key("dependencies"),
            case .index(let number) = path[3]
        else { return path }
        let waits = definition.steps[step].waits
        let counted = waits.indices.filter { waits[$0].isPlain } + waits.indices.filter { !waits[$0].isPlain }
        var given = path
        given[3] = .index(counted[number])
        return given
    }
}
