import NovaContract
import Testing

@Suite struct EntityIDTests {
    @Test(arguments: [
        "a", "{}:%", "a b", "\u{E9}t\u{E9}", "…", "日本", "a/b", "~", "...", String(repeating: "x", count: 200),
    ])
    func idsOfAllKindsAreTaken(id: String) {
        #expect(EntityID.fault(id, of: "task") == nil)
    }

    @Test(arguments: [
        "", ".", "..", "a\u{0}", "a\n", "\u{1B}[31m", "\u{9B}31m", "cafe\u{301}", "\u{212B}",
        String(repeating: "x", count: 201),
    ])
    func idsThatNobodyCouldTellApartOrReachAreRefused(id: String) {
        #expect(EntityID.fault(id, of: "task") != nil)
    }

    @Test func wordsOfPathsAreNoIDsOfTheirType() {
        #expect(EntityID.fault("batch", of: "task") != nil)
        #expect(EntityID.fault("batch", of: "flow") == nil)
        #expect(EntityID.fault("batch") == nil)
    }

    @Test(arguments: ["t", String(repeating: "x", count: 200), String(repeating: "\u{E9}", count: 100)])
    func whatIsMadeForAnotherCanBeReached(id: String) {
        let name = UUIDv7.make()
        let made = EntityID.below(id, name)
        #expect(EntityID.fault(made, of: "task") == nil)
        #expect(made.hasSuffix("." + name))
        #expect(made.hasPrefix(id.prefix(20)))
    }
}
