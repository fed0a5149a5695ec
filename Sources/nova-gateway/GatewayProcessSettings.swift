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
    let keyCacheLifetime: Duration
    let keyCacheSize: Int
    /// From the signal to the end, whatever is in flight then.
    let stopDeadline: Duration
    /// Keys of the file that mean nothing.
    let unknownKeys: [String]

    /// - Throws: `SettingsError` for the first setting that is wrong.
    init(file: String?, environment: [String: String] = ProcessInfo.processInfo.environment) async throws {
        let settings = try await Settings.load(file: file, environment: environment)
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
        let origin = settings.string("keys.origin", default: "file")
        keysFile = try settings.optionalString("keys.file").map { try ConfiguredKeys.load(file: $0, origin: origin) }
        flowsOwner = settings.optionalString("migration.flows_owner")
        unknownKeys = settings.unknownKeys()
    }
}
