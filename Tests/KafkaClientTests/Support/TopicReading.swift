import KafkaClient

/// A reader with what these tests need.
func topicReader(
    _ servers: String,
    configure: (inout KafkaTopicReaderConfiguration) -> Void = { _ in }
) -> KafkaTopicReader {
    var configuration = KafkaTopicReaderConfiguration(bootstrapServers: servers, clientID: "test-reader")
    configure(&configuration)
    return KafkaTopicReader(configuration: configuration, logger: quiet)
}

extension KafkaTopicReader {
    /// Values by partition.
    func numbers(_ topic: String, in ranges: [Int32: Range<Int64>]? = nil) async throws -> [Int32: [Int]] {
        var numbers: [Int32: [Int]] = [:]
        try await read(topic, in: ranges) { batch in
            for message in batch { numbers[message.partition, default: []].append(message.number ?? -1) }
        }
        return numbers
    }
}
