import FlowPool
import Gateway
import KafkaClient
import NovaContract
import NovaPools
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
    let topics: TopicConfiguration
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
        topics = try TopicConfiguration(settings)
        keyCacheLifetime = try settings[\KeySettings.cacheLifetime]
        keyCacheSize = try settings[\KeySettings.cacheSize]
        stopDeadline = try settings[\GatewaySettings.stopDeadline]
        failedKeys = try FailedKeys(settings)
        let host = try settings[\GatewaySettings.healthHost]
        health = try settings[\GatewaySettings.healthPort].map { (host, $0) }
        keysFile = try Self.keys(settings)
        flowsOwner = try settings[\MigrationSettings.flowsOwner]
        unknownNames = settings.unknownNames(DeclaredSettings.groups)
        faults = settings.faults
    }

    private static func keys(_ settings: Settings) throws -> KeysFile? {
        let origin = try settings[\KeySettings.origin]
        guard let file = try settings[\KeySettings.file] else { return nil }
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
