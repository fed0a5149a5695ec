/// How a topic is read, and the bounds that are kept.
package struct KafkaTopicReaderConfiguration: Sendable {
    /// `host:port`, comma separated.
    package var bootstrapServers: String
    package var clientID: String
    /// Bound of each request that finds out what there is to read.
    package var requestTimeout: Duration = .seconds(10)
    /// How long reading may get no further before it fails.
    package var patience: Duration = .seconds(30)
    /// Records of one batch, at most, from 1.
    package var batchRecords = 500
    /// Bytes of those records.
    ///
    /// One record more may be taken, however large. Of each partition librdkafka holds about 4 MB more, read ahead.
    package var batchBytes = 4 << 20
    /// Any librdkafka property; wins over ours.
    package var properties: [String: String]

    package init(bootstrapServers: String, clientID: String, properties: [String: String] = [:]) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.properties = properties
    }

    var resolved: [String: String] {
        let ours = [
            "bootstrap.servers": bootstrapServers,
            "client.id": clientID,
            "enable.auto.commit": "false",
            "enable.auto.offset.store": "false",
            "enable.partition.eof": "true",
            // Records that are deleted between asking and reading are passed over.
            "auto.offset.reset": "earliest",
            // The end of a partition is told by a fetch that finds nothing.
            "fetch.wait.max.ms": "100",
            "queued.max.messages.kbytes": "4096",
        ]
        return ours.merging(properties) { $1 }
    }
}
