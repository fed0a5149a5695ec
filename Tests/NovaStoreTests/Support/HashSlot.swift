/// The slot of a key in Redis Cluster: CRC-16/XMODEM of its hash tag, modulo 16384.
///
/// By the cluster specification, apart from Redis's own code.
func hashSlot(_ key: [UInt8]) -> Int { Int(crc16(hashTag(key))) % 16_384 }

/// Between the first opening brace and the next closing one; the whole key where there is none, or nothing in between.
func hashTag(_ key: [UInt8]) -> [UInt8] {
    guard let open = key.firstIndex(of: UInt8(ascii: "{")),
        let close = key[open...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
    else { return key }
    return Array(key[(open + 1)..<close])
}

private func crc16(_ bytes: [UInt8]) -> UInt16 {
    bytes.reduce(UInt16(0)) { sum, byte in
        (0..<8).reduce(sum ^ UInt16(byte) << 8) { sum, _ in sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
    }
}
