import NIOCore
import NIOWebSocket
import NovaTestKit
import Testing

@testable import Gateway

@Suite("Frames of clients") struct FrameTests {
    /// A text of letters of one to four bytes.
    private static func text(_ random: inout SplitMix64) -> String {
        let letters = ["a", "\"", "é", "日", "🙂", "\u{0}"]
        return (0..<random.below(60)).map { _ in letters[random.below(letters.count)] }.joined()
    }

    private static func frame(_ opcode: WebSocketOpcode, _ bytes: ArraySlice<UInt8>, fin: Bool) -> WebSocketFrame {
        var data = ByteBuffer(bytes: bytes)
        let mask: WebSocketMaskingKey = [1, 2, 3, 4]
        data.webSocketMask(mask)
        return WebSocketFrame(fin: fin, opcode: opcode, maskKey: mask, data: data)
    }

    @Test("any text comes back however its frames are cut, with pings between them", arguments: 0..<100)
    func cuts(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var assembler = MessageAssembler(maximumBytes: 1_000)
        let text = Self.text(&random)
        var rest = Array(text.utf8)[...]
        var opcode = WebSocketOpcode.text
        while true {
            let piece = rest.prefix(random.below(5))
            rest = rest.dropFirst(piece.count)
            // An empty last frame is as good as any.
            let isLast = rest.isEmpty && random.below(2) == 0
            let outcome = assembler.take(Self.frame(opcode, piece, fin: isLast))
            opcode = .continuation
            if isLast {
                guard case .message(let message) = outcome else {
                    Issue.record("no message: \(outcome)")
                    return
                }
                #expect(String(buffer: message) == text)
                #expect(!assembler.isPartial)
                return
            }
            guard case .nothing = outcome, case .ping = assembler.take(Self.frame(.ping, [], fin: true)) else {
                Issue.record("a frame in the middle gave \(outcome)")
                return
            }
        }
    }

    @Test("any frames at all are a message, nothing, or a fault, and never more than the bound", arguments: 0..<100)
    func anything(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var assembler = MessageAssembler(maximumBytes: 100)
        for _ in 0..<100 {
            let bytes = (0..<random.below(120)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let opcode = WebSocketOpcode(encodedWebSocketOpcode: UInt8(random.below(16))) ?? .text
            let outcome = assembler.take(Self.frame(opcode, bytes[...], fin: random.below(2) == 0))
            if case .message(let message) = outcome {
                #expect(message.readableBytes <= 100)
                #expect(String(validating: message.readableBytesView, as: UTF8.self) != nil)
            }
        }
    }
}
