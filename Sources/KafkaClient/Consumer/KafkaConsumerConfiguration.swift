/// How a consumer reaches its brokers, what it reads, and the bounds it keeps.
///
/// Cooperative-sticky, offsets committed by the reader only, as far as `properties` does not say otherwise.
package struct KafkaConsumerConfiguration: Sendable {
    /// Where a group begins that has committed nothing yet.
    package enum Start: String, Sendable {
        case earliest
        case latest
    }

    /// `host:port`, comma separated.
    package var bootstrapServers: String
    package var clientID: String
    package var groupID: String
    /// Names, or regular expressions beginning with `^`.
    package var topics: [String]
    /// Static membership: a restart within the session timeout keeps its partitions.
    ///
    /// Unique within the group.
    package var groupInstanceID: String?
    package var start = Start.earliest
    /// Messages read ahead of the reader, at most.
    ///
    /// Past it librdkafka's own bounded queue fills, then fetching stops.
    package var bufferedMessages = 512
    /// Bytes of those messages.
    ///
    /// One message more may be taken, however large.
    package var bufferedBytes = 16 << 20
    /// How long the reader may take over a revocation before the partitions are given up without it.
    package var revocationDeadline: Duration = .seconds(10)
    /// How long a commit waits for the broker's answer.
    package var commitTimeout: Duration = .seconds(10)
    /// How long leaving the group may take, the reader's last revocation included.
    ///
    /// Past it, and two seconds more for the brokers, the group notices by its session timeout.
    package var closeTimeout: Duration = .seconds(15)
    /// Any librdkafka property; wins over ours.
    ///
    /// Waking up often matters to some brokers: see `EmbeddedKafkaCluster`.
    package var properties: [String: String]

    package init(
        bootstrapServers: String,
        clientID: String,
        groupID: String,
        topics: [String],
        properties: [String: String] = [:]
    ) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.groupID = groupID
        self.topics = topics
        self.properties = properties
    }

    var resolved: [String: String] {
        var ours = [
            "bootstrap.servers": bootstrapServers,
            "client.id": clientID,
            "group.id": groupID,
            "partition.assignment.strategy": "cooperative-sticky",
            "enable.auto.commit": "false",
            "enable.auto.offset.store": "false",
            "auto.offset.reset": start.rawValue,
        ]
        if let groupInstanceID { ours["group.instance.id"] = groupInstanceID }
        return ours.merging(properties) { $1 }
    }
}
