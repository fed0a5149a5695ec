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
