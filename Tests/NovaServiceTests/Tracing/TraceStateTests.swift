import NovaService
import Testing

@Suite struct TraceStateTests {
    @Test(arguments: [
        "a=1", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "a=1 , b=2,", "0tenant@system=x", "a_-*/0=b c!~",
        String(repeating: "a", count: 256) + "=" + String(repeating: "v", count: 256),
        String(repeating: "t", count: 241) + "@" + String(repeating: "s", count: 14) + "=1",
        (1...32).map { "k\($0)=1" }.joined(separator: ","),
    ])
    func accepted(text: String) throws {
        #expect(try #require(TraceState(text)).text == text)
    }

    @Test(arguments: [
        "", ",", "a", "=1", "a=", "A=1", "0a=1", "a=1,a=2", "a=1=2", "a=é", "a=b\tc", "a b=1", "a@=1", "@a=1",
        "a@b@c=1",
        "a@0s=1", "a=1,bad", String(repeating: "a", count: 257) + "=1", "a=" + String(repeating: "v", count: 257),
        String(repeating: "t", count: 242) + "@s=1", "t@" + String(repeating: "s", count: 15) + "=1",
        (1...33).map { "k\($0)=1" }.joined(separator: ","),
        (1...32).map { "k\($0)=" + String(repeating: "v", count: 255) }.joined(separator: ","),
    ])
    func refused(text: String) {
        #expect(TraceState(text) == nil)
    }
}
