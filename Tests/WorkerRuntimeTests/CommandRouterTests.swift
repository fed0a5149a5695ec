import FlowPool
import NovaAPI
import NovaContract
import NovaPools
import Testing

@testable import WorkerRuntime

@Suite("Who carries out which command")
struct CommandRouterTests {
    private static let flows = NovaPools.catalog.kinds.filter { $0.pool == .optimization }

    private static func handlers(of kinds: [CommandKind]) -> [RegisteredHandler] {
        kinds.map { kind in RegisteredHandler(kind: kind) { _, _ in .abandon } }
    }

    private static func fault(_ handlers: [RegisteredHandler]) -> String? {
        do throws(CommandRouter.Fault) {
            _ = try CommandRouter(for: flows, state: "flows", handlers)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("each kind of a pool has one handler, and no process begins without it")
    func completeness() {
        #expect(Self.fault(Self.handlers(of: Self.flows)) == nil)
        let missing = Self.flows.filter { $0 != FlowCommands.patch.kind }
        #expect(Self.fault(Self.handlers(of: missing)) == "there is no handler for flow.patch")
        let twice = Self.flows + [FlowCommands.store.kind]
        #expect(Self.fault(Self.handlers(of: twice)) == "there are two handlers for flow.store")
        let foreign = CommandKind("memory.use", of: Pool(name: "memory", stateName: "memory"), on: "use")
        #expect(
            Self.fault(Self.handlers(of: Self.flows + [foreign]))
                == "there is a handler for memory.use, which is not of this pool"
        )
    }

    @Test("no two kinds have one name, and each is found by it")
    func catalog() throws {
        let kinds = NovaPools.catalog.kinds
        for kind in kinds { #expect(NovaPools.catalog[kind.name] == kind) }
        #expect(NovaPools.catalog["flow.unknown"] == nil)
        #expect(NovaPools.catalog.pools == NovaPools.all)
        let error = #expect(throws: CommandCatalogError.self) { try CommandCatalog(kinds + [kinds[0]]) }
        #expect(error?.description == "two kinds of commands are named \(kinds[0].name)")
    }
}
