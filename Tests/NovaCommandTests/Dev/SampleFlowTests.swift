import ChildProcesses
import Foundation
import NovaTestKit
import Testing

@testable import NovaCommand

struct SampleFlowTests {
    private static let configuration = ConfigDirectory(path: Binaries.packageRoot.appending(path: "config").path)

    @Test func `The flow of the demonstration is there`() throws {
        let flow = try SampleFlow(path: Self.configuration.sampleFlow)
        #expect(flow.flowID == "research-digest")
        #expect(flow.stepCount >= 14)
        #expect(flow.capacity["gpu"] == 1 && flow.capacity["api_calls"] == 4)
        #expect(flow.timeLimit != nil)
    }

    @Test func `A flow without an id is named after its file`() throws {
        #expect(try SampleFlow(path: Self.configuration.smallFlow).flowID == "two-reports")
    }

    @Test(arguments: [
        ("{", "not JSON"), ("[]", "not valid"),
        (#"{"parameters":{"steps":[{"id":"a","duration":-1}]}}"#, "/parameters/steps/0/duration"),
    ])
    func `A flow that cannot be submitted is told with the place`(text: String, named: String) async throws {
        try await TemporaryDirectory.run(prefix: "nova-flow") { folder in
            let path = folder + "/flow.json"
            try Data(text.utf8).write(to: URL(filePath: path))
            let failure = #expect(throws: CommandFailure.self) { try SampleFlow(path: path) }
            #expect(failure?.kind == .usage)
            #expect(failure?.message.contains(named) == true)
            let missing = #expect(throws: CommandFailure.self) { try SampleFlow(path: folder + "/none.json") }
            #expect(missing?.kind == .usage)
        }
    }
}
