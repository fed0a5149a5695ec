import FlowPool
import Foundation
import NovaContract

/// A flow to submit: the body of an optimize request.
struct SampleFlow: Sendable {
    let flowID: String
    let body: JSONValue
    let path: String
    let stepCount: Int
    /// Amount of each resource of which there is always the same.
    let capacity: [String: Double]
    /// Seconds the search may take, where the request says so.
    let timeLimit: Double?

    /// Reads the file, and checks what the gateway would check.
    ///
    /// - Throws: `CommandFailure` that names the bad places.
    init(path: String) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandFailure(.usage, "the flow \(path) cannot be read: \(error.localizedDescription)")
        }
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        do {
            body = try JSONValue(parsing: data)
            flowID = body["flow_id"]?.stringValue ?? name
            let request = try OptimizeFlow(flowID: flowID, body: body)
            stepCount = request.definition.steps.count
            capacity = request.definition.capacity.compactMapValues(\.constant)
            timeLimit = request.timeLimit
        } catch let error as NovaError {
            let places = error.details.map { "\n  \($0.pointer): \($0.message)" }.joined()
            throw CommandFailure(.usage, "the flow \(path) is not valid:\(places)")
        } catch {
            throw CommandFailure(.usage, "the flow \(path) is not JSON: \(error)")
        }
        self.path = path
    }
}
