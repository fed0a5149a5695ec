import NovaContract

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
    /// The message, whose other members are those of the HTTP body.
    let body: JSONValue

    static let types = "work, stop_work, heartbeat, progress, complete, fail, release"

    /// Nil where `type` is no agent's.
    init?(_ value: JSONValue, type: String, domain: String?, _ reader: inout Validator) {
        let reports: [String: TaskReport.Form] = ["complete": .complete, "fail": .fail, "release": .release]
        switch type {
        case "work": action = .work(lease: reader.number(value["lease"], "/lease", in: 1...3_600))
        case "stop_work": action = .stopWork
        case "heartbeat": action = .heartbeat
        case "progress": action = .progress(taskID: Self.id(value, "task_id", &reader))
        default:
            guard let form = reports[type] else { return nil }
            action = .report(form, taskID: Self.id(value, "task_id", &reader))
        }
        agentID = Self.id(value, "agent_id", &reader)
        ref = reader.string(value["ref"], "/ref", length: 0...200)
        self.domain = domain
        body = value
    }

    private static func id(_ value: JSONValue, _ name: String, _ reader: inout Validator) -> String {
        let pointer = JSONPointer.root.appending(name)
        let id = reader.required(value[name], pointer) { $0.string($1, $2, length: 1...10_000) }
        if let id, let fault = EntityID.fault(id) { reader.fail(pointer, fault) }
        return id ?? ""
    }
}
