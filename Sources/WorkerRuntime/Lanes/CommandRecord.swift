import FaultPoints
package import KafkaClient
package import NovaContract

extension Command {
    /// Reads a command from a record of a pool's topic.
    package init(message: KafkaMessage, catalog: CommandCatalog) throws(CommandDecodingError) {
        var headers: [String: String] = [:]
        for header in message.headers {
            if let value = header.value { headers[header.name] = String(decoding: value, as: UTF8.self) }
        }
        try self.init(headers: headers, payload: message.value, catalog: catalog)
    }

    /// The lane of a record: its partition and key, or where it has none its own place, so that it waits for nothing.
    static func lane(of message: KafkaMessage) -> String {
        guard let key = message.key, !key.isEmpty, !Breakage.ignoreOrder.isOn else {
            return "#\(message.partition):\(message.offset)"
        }
        return "\(message.partition)/\(String(decoding: key, as: UTF8.self))"
    }

    /// The command as a record for its pool's topic.
    package func record(topics: TopicNames) -> KafkaRecord {
        KafkaRecord(
            topic: topics.commands(kind.pool),
            partition: nil,
            key: Array(orderingKey.utf8),
            value: payload,
            headers: headers.map { KafkaHeader($0.name, $0.value) }
        )
    }
}
