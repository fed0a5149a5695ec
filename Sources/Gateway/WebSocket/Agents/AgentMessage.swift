import NovaContract
import WorkPool

/// What an agent says over a socket.
struct AgentMessage: Sendable, Equatable {
    enum Action: Sendable, Equatable {
        /// Tasks are pushed from now on.
        case work(lease: Double?)
        case stopWork
        case heartbeat
        case progress(taskID: String)
        case report(TaskReport.Form, taskID: String)
    }

    let agentID: String
    let action: Action
    let domain: String?
    /// Chosen by the client; said back with the answer.
    let ref: String?
    /// What the message says beside these, under the names of the HTTP body.
    let body: JSONObject

    static let types = ["work", "stop_work", "heartbeat", "progress", "complete", "fail", "release"]

    /// The members of each type that `body` holds.
    private static let members: [String: [String]] = [
        "work": [], "stop_work": [], "heartbeat": ["tasks"], "progress": ["token", "fraction", "message"],
        "complete": ["token", "result", "usage"], "fail": ["token", "error", "retry", "usage"],
        "release": ["token", "usage"],
    ]

    /// Nil where `type` is no agent's.
    init?(_ members: JSONObject, type: String, domain: String?, _ reader: inout Validator) {
        guard let own = Self.members[type] else { return nil }
        var known = ClientMessage.commonMembers + ["agent_id", "domain"] + own
        let reports: [String: TaskReport.Form] = ["complete": .complete, "fail": .fail, "release": .release]
        switch type {
        case "work":
            known.append("lease")
            action = .work(lease: reader.number(members["lease"], "/lease", in: 1...3_600))
        case "stop_work": action = .stopWork
        case "heartbeat": action = .heartbeat
        case "progress":
            known.append("task_id")
            action = .progress(taskID: Self.id(members, "task", &reader))
        default:
            known.append("task_id")
            let taskID = Self.id(members, "task", &reader)
            action = .report(reports[type] ?? .release, taskID: taskID)
        }
        reader.known(members, known, at: .root)
        agentID = Self.id(members, "agent", &reader)
        ref = members["ref"]?.stringValue
        self.domain = domain
        body = members.filter { own.contains($0.key) }
    }

    private static func id(_ members: JSONObject, _ type: String, _ reader: inout Validator) -> String {
        let name = type + "_id"
        return reader.required(members[name], JSONPointer.root.appending(name)) { $0.id($1, $2, of: type) } ?? ""
    }
}
