import ChildProcesses
import Foundation
import NovaTestKit
import Testing

@Suite("the test kit")
struct TestKitTests {
    @Test("finds the directory of the built programs and of the package")
    func directories() {
        let files = FileManager.default
        #expect(files.fileExists(atPath: Binaries.packageRoot.appending(path: "Package.swift").path))
        #expect(files.fileExists(atPath: Binaries.directory.appending(path: "Modules").path))
        #expect(throws: Binaries.Missing.self) { try Binaries.path("no-such-program") }
    }

    @Test("unique names")
    func names() {
        #expect(uniqueName("a") != uniqueName("a"))
        #expect(uniqueName("a").hasPrefix("a-"))
    }

    @Test("the independent broker serves, and starts again where it was killed")
    func noida() async throws {
        try await withBroker(.noida) { broker in
            let place = try #require(broker.place)
            await broker.process.kill()
            try await withBroker(.noida, at: place) { again in
                #expect(again.bootstrapServers == broker.bootstrapServers)
            }
        }
    }

    @Test("the embedded broker takes orders, and says when one makes no sense")
    func embedded() async throws {
        try await withBroker(.embedded) { broker in
            #expect(broker.bootstrapServers.hasPrefix("127.0.0.1:"))
            try await broker.order("topic \(uniqueName("kit")) 3")
            await #expect(throws: TestBroker.OrderRefused.self) { try await broker.order("dance") }
        }
    }

    @Test("log lines")
    func logLines() throws {
        let line = try #require(LogLine(#"{"message":"gateway ready","port":"8003","n":3}"#))
        #expect(line.message == "gateway ready")
        #expect(line["port"] == "8003")
        #expect(line["n"] == "3")
        #expect(LogLine("{broken") == nil)
    }
}
