import NIOCore

/// Commands as RESP: an array of bulk strings, written in one pass into space reserved for exactly that.
enum CommandEncoder {
    private static let lineEnd = 2

    /// Bytes of the command on the wire.
    static func size(_ arguments: [RedisArgument]) -> Int {
        var size = 1 + digits(arguments.count) + lineEnd
        for argument in arguments {
            let count = argument.count
            size += 1 + digits(count) + lineEnd + count + lineEnd
        }
        return size
    }

    /// `size` is what `size(_:)` gave for the same arguments.
    static func encode(_ arguments: [RedisArgument], size: Int, into buffer: inout ByteBuffer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { target in
            var writer = Writer(target: target)
            writer.header("*", arguments.count)
            for argument in arguments { writer.bulk(argument) }
            return writer.position
        }
    }

    private static func digits(_ value: Int) -> Int {
        var digits = 1
        var rest = value / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return digits
    }

    private struct Writer {
        let target: UnsafeMutableRawBufferPointer
        var position = 0

        mutating func bulk(_ argument: RedisArgument) {
            header("$", argument.count)
            switch argument.storage {
            case .text(var text): text.withUTF8 { copy(UnsafeRawBufferPointer($0)) }
            case .bytes(let bytes): bytes.withUnsafeBytes { copy($0) }
            case .buffer(let buffer): buffer.withUnsafeReadableBytes { copy($0) }
            }
            endLine()
        }

        mutating func header(_ kind: Unicode.Scalar, _ value: Int) {
            put(UInt8(ascii: kind))
            var rest = value
            var index = position + CommandEncoder.digits(value)
            position = index
            repeat {
                index -= 1
                target[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            endLine()
        }

        private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
            UnsafeMutableRawBufferPointer(rebasing: target[position...]).copyMemory(from: bytes)
            position += bytes.count
        }

        private mutating func endLine() {
            put(UInt8(ascii: "\r"))
            put(UInt8(ascii: "\n"))
        }

        private mutating func put(_ byte: UInt8) {
            target[position] = byte
            position += 1
        }
    }
}
