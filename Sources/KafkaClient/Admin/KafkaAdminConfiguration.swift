/// How administrative requests reach the brokers.
package struct KafkaAdminConfiguration: Sendable {
    /// `host:port`, comma separated.
    package var bootstrapServers: String
    package var clientID: String
    /// Bound of each request to a broker; a call may make several.
    package var requestTimeout: Duration = .seconds(10)
    /// Any librdkafka property; wins over ours.
    package var properties: [String: String]

    package init(bootstrapServers: String, clientID: String, properties: [String: String] = [:]) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.properties = properties
    }

    var resolved: [String: String] {
        ["bootstrap.servers": bootstrapServers, "client.id": clientID].merging(properties) { $1 }
    }
}
