import Gateway
import KafkaClient
import NovaContract
import NovaProcess
import NovaService
import NovaStore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Everything a gateway's process is told.
struct GatewayProcessSettings: Sendable {
    let common: ProcessSettings
    let gateway: GatewayConfiguration
    let webSocket: WebSocketConfiguration
    let producer: KafkaProducerConfiguration
    let topics: TopicSettings
    /// Nil: no file is named.
    let keysFile: KeysFile?
    /// Who is given the flows that an older version kept for all owners together; nil: nobody is named.
    let flowsOwner: String?
    let failedKeys: FailedKeys
    let keyCacheLifetime: Duration
    let keyCacheSize: Int
    /// From the signal to the end, whatever is in flight then.
    let stopDeadline: Duration
    /// Where readiness with its reasons and figures are shown without a key; nil: nowhere.
    let health: (host: String, port: Int)?
    /// Names that mean nothing.
    let unknownNames: [UnknownSetting]
    /// What was wrong; where anything was, nothing else here is to be used.
    let faults: [SettingsError]

    /// - Throws: `SettingsError` where the file cannot be read.
    init(file: String?, environment: [String: String] = ProcessInfo.processInfo.environment) async throws {
        let settings = try await Settings.load(file: file, environment: environment).collecting()
        common = try ProcessSettings(settings, clientName: "nova-gateway")
        gateway = try GatewayConfiguration(settings, version: NovaVersion.current)
        webSocket = try WebSocketConfiguration(settings, gateway: gateway)
        producer = try KafkaProducerConfiguration(
            settings,
            common.kafka,
            gateway
        )
        topics = try TopicSettings(settings)
        keyCacheLifetime = try settings.duration("keys.cache_lifetime", default: .seconds(10))
        keyCacheSize = try settings.int("keys.cache_size", default: 10_000, in: 1...1_000_000)
        stopDeadline = try settings.positive("stop.deadline", default: .seconds(30))
        failedKeys = try FailedKeys(settings)
        let host = settings.string("health.host", default: "127.0.0.1")
        health = try settings.optionalInt("health.port", in: 0...65_535).map { (host, $0) }
        keysFile = try Self.keys(settings)
        flowsOwner = settings.optionalString("migration.flows_owner")
        unknownNames = settings.unknownNames()
        faults = settings.faults
    }

    private static func keys(_ settings: Settings) throws -> KeysFile? {
        let origin = settings.string("keys.origin", default: "file")
        guard let file = settings.optionalString("keys.file") else { return nil }
        do {
            return try ConfiguredKeys.load(file: file, origin: origin)
        } catch let fault as SettingsError {
            return try settings.refused(fault, nil)
        }
    }

    var ports: [StartCheck.Port] {
        var ports = [StartCheck.Port(setting: "http.port", host: gateway.host, number: gateway.port)]
        if let health { ports.append(.init(setting: "health.port", host: health.host, number: health.port)) }
        return ports
    }
}
