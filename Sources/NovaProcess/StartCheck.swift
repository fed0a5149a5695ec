import NIOCore
import NIOPosix
package import NovaService
import RedisClient

/// What can be known to be wrong before a process begins.
///
/// All of it is found at once: every setting, every port, and, where the process cannot begin anyway, what of Redis and Kafka
/// does not answer. These alone keep no process from beginning: it waits for them, not ready, as it does when they go away
/// later.
package struct StartCheck: Sendable {
    /// A port the process will listen on; 0: any free one.
    package struct Port: Sendable {
        let setting: String
        let host: String
        let number: Int

        package init(setting: String, host: String, number: Int) {
            self.setting = setting
            self.host = host
            self.number = number
        }
    }

    private let process: ProcessSettings
    private let ports: [Port]
    private let settings: [SettingsError]

    /// - Parameter settings: what was wrong with the settings; of a process that has wrong ones the defaults are checked.
    package init(_ process: ProcessSettings, ports: [Port], settings: [SettingsError]) {
        self.process = process
        self.ports = ports
        self.settings = settings
    }

    /// Opens each port and closes it again.
    ///
    /// Returns within about a second.
    ///
    /// - Throws: `StartFaults` where the process cannot begin.
    package func run() async throws {
        var wrong = settings
        var faults: [String] = []
        // Held until all have been opened: two settings may name the same.
        var held: [(port: Port, channel: any Channel)] = []
        for port in ports where port.number != 0 && !isWrong(port.setting) {
            do {
                held.append((port, try await Self.open(port)))
            } catch {
                if let other = held.first(where: { $0.port.number == port.number })?.port {
                    wrong.append(Self.shared(port, other))
                } else {
                    faults.append("\(port.setting): \(PortFault(host: port.host, port: port.number, error: error))")
                }
            }
        }
        for (_, channel) in held { try await channel.close() }
        guard !wrong.isEmpty || !faults.isEmpty else { return }
        throw StartFaults(settings: wrong, others: faults + (await absences()))
    }

    private func isWrong(_ setting: String) -> Bool { settings.contains { $0.key == setting } }

    private static func open(_ port: Port) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: port.host, port: port.number)
            .get()
    }

    private static func shared(_ port: Port, _ other: Port) -> SettingsError {
        SettingsError(
            key: port.setting,
            value: "\(port.number)",
            source: "settings",
            problem: "must be another port than \(other.setting), at which this process listens already"
        )
    }

    // MARK: - What does not answer

    private func absences() async -> [String] {
        async let redis = absence("redis", process.redis.host, process.redis.port)
        let brokers = process.kafka.brokers.split(separator: ",").map(String.init)
        var reasons: [String] = []
        var isThere = false
        for broker in brokers.prefix(Self.mostBrokers) {
            let (host, port) = Self.place(broker)
            if let reason = await absence("kafka.brokers", host, port) {
                reasons.append(reason)
            } else {
                isThere = true
            }
        }
        return [await redis].compactMap(\.self) + (isThere ? [] : reasons)
    }

    /// Brokers that are tried, one after the other.
    private static let mostBrokers = 3

    private func absence(_ setting: String, _ host: String, _ port: Int) async -> String? {
        guard !isWrong(setting), !isWrong(setting + ".host"), !isWrong(setting + ".port") else { return nil }
        guard (1...65_535).contains(port) else { return "\(setting): \(host):\(port) is not HOST:PORT" }
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.milliseconds(300))
                .connect(host: host, port: port)
                .get()
            try await channel.close()
            return nil
        } catch {
            return "\(setting): nobody answers at \(host):\(port)"
        }
    }

    /// `HOST:PORT`, the host of an IPv6 address in brackets; Kafka's own port where none is named.
    private static func place(_ broker: String) -> (String, Int) {
        let text = broker.filter { !$0.isWhitespace }.split(separator: "://").last.map(String.init) ?? ""
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else { return (text, 9_092) }
        let host = text[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        return (String(host), Int(text[text.index(after: colon)...]) ?? 0)
    }
}

/// Why a process does not begin: everything that was found.
package struct StartFaults: Error, CustomStringConvertible {
    package let settings: [SettingsError]
    /// Ports that are taken, and what does not answer.
    package let others: [String]

    package init(settings: [SettingsError], others: [String] = []) {
        self.settings = settings
        self.others = others
    }

    package var description: String { lines.joined(separator: "\n") }
    var lines: [String] { settings.map(\.description) + others }
    /// 78 where a setting is wrong, else 1.
    package var exitCode: Int32 { settings.isEmpty ? 1 : StartFailure.configurationExitCode }
}
