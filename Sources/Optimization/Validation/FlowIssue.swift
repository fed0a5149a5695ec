/// One thing that is wrong with a flow, where, and what would be right.
package struct FlowIssue: Error, Sendable, Equatable {
    package enum PathElement: Sendable, Equatable {
        case key(String)
        case index(Int)
        /// A member of the constraints, first in a path.
        case constraint(String)
    }

    /// Relative to the flow: `steps/3/dependencies/0`, `capacity/gpu`.
    package let path: [PathElement]
    /// A sentence for the person who wrote the flow.
    package let message: String

    package init(path: [PathElement], message: String) {
        self.path = path
        self.message = message
    }
}

/// Why a flow cannot be scheduled: everything that was found, not only the first.
package struct FlowValidationError: Error, Sendable, Equatable {
    package static let maximumIssues = 100

    /// At least one, at most `maximumIssues`, in the order of the flow.
    package let issues: [FlowIssue]
    /// Issues found past `maximumIssues`.
    ///
    /// Counting stops with the faults of single steps; cycles are not counted on.
    package let omitted: Int
}

extension FlowIssue: CustomStringConvertible {
    package var description: String {
        let place = path.map { element in
            switch element {
            case .key(let key), .constraint(let key): key
            case .index(let index): "\(index)"
            }
        }
        return "\(place.joined(separator: "/")): \(message)"
    }
}

/// Collects issues up to the bound and counts the rest.
struct IssueReport {
    private var issues: [FlowIssue] = []
    private var omitted = 0

    var isEmpty: Bool { issues.isEmpty }

    mutating func add(_ path: [FlowIssue.PathElement], _ message: String) {
        if issues.count < FlowValidationError.maximumIssues {
            issues.append(FlowIssue(path: path, message: message))
        } else {
            omitted += 1
        }
    }

    var error: FlowValidationError {
        FlowValidationError(issues: issues, omitted: omitted)
    }
}
