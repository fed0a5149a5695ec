import HTTPTypes
import NIOHTTPTypes
import NIOPosix
import NovaContract
import Testing

@testable import Gateway
@testable import NovaStore

@Suite("Way to an upgrade")
struct UpgradeStateTests {
    private static let plain = HTTPRequest(method: .get, scheme: "http", authority: "nova", path: "/health")
    private static let upgrade = HTTPRequest(
        method: .get,
        scheme: "http",
        authority: "nova",
        path: "/api/ws",
        headerFields: [.upgrade: "websocket", .connection: "Upgrade"]
    )

    private static func admitted() -> Admitted {
        let key = Stage.record("secret")
        return Admitted(
            handshake: Handshake(upgrade),
            session: Session(
                id: 1,
                key: key,
                eventLoop: MultiThreadedEventLoopGroup.singleton.any(),
                configuration: WebSocketConfiguration()
            ),
            watch: KeyWatch(hash: key.hash, id: 1),
            budget: BudgetState(budget: KeyBudgets().webSocket(), isAdmitted: true, used: 1, reset: .seconds(1))
        )
    }

    /// One request that is not answered yet, and a handshake behind it.
    private static func waiting() -> UpgradeState {
        var state = UpgradeState()
        _ = state.came(.head(plain))
        _ = state.came(.end(nil))
        state.decide(upgrade)
        _ = state.came(.end(nil))
        return state
    }

    @Test("It waits until what was asked before is answered, and reads nothing meanwhile")
    func waitsForAnswers() {
        var state = Self.waiting()
        let mayRead = state.mayRead()
        let admission = state.admit(Self.admitted())
        let early = state.takeUpgrade() != nil
        let isLast = state.answered()
        let now = state.takeUpgrade() != nil
        let again = state.takeUpgrade() != nil
        #expect(admission == .taken)
        #expect([mayRead, early, isLast, now, again] == [false, false, false, true, false])
        let held = state.takeHeldRead()
        let reads = state.mayRead()
        #expect(held && reads)
    }

    @Test("A refused one goes on whole, and its response is the connection's last")
    func refused() {
        var state = Self.waiting()
        let parts = state.refuse().count
        let isFirstLast = state.answered()
        let isBeginOfLast = state.isLastResponse
        let isSecondLast = state.answered()
        #expect(parts == 2)
        #expect([isFirstLast, isBeginOfLast, isSecondLast] == [false, true, true])
        // The decoder reads no more: nor do we.
        let mayRead = state.mayRead()
        #expect(!mayRead)
    }

    @Test("A connection that stops or is gone takes no socket")
    func ends() {
        var stopping = Self.waiting()
        let isPassedOn = stopping.quiesce()
        let admission = stopping.admit(Self.admitted())
        #expect(admission == .stopping && !isPassedOn)
        var gone = Self.waiting()
        let first = gone.admit(Self.admitted())
        let released = gone.end() != nil
        let second = gone.admit(Self.admitted())
        let parts = gone.refuse().count
        #expect(first == .taken && second == .gone && released && parts == 0)
    }
}
