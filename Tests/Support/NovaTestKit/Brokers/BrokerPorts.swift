import ChildProcesses

/// The ports of a cluster's brokers.
package enum BrokerPorts {
    /// Whether every broker could listen again on the port it had.
    ///
    /// The embedded cluster ends its process where one cannot. While a broker is down its port is free for whoever
    /// connects from it, be it only a client that tries to reach that broker.
    package static func areFree(_ bootstrapServers: String, broker: Int32? = nil) -> Bool {
        let ports = bootstrapServers.split(separator: ",").map { Int($0.split(separator: ":").last ?? "") ?? 0 }
        let wanted = broker.map { id in ports.indices.contains(Int(id) - 1) ? [ports[Int(id) - 1]] : [] } ?? ports
        return wanted.allSatisfy { FreePort.obstacle(to: $0) == nil }
    }
}
