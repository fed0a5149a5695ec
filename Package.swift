// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsCore = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let instrumentation = Target.Dependency.product(name: "Instrumentation", package: "swift-distributed-tracing")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

func nio(_ products: String...) -> [Target.Dependency] {
    products.map { .product(name: $0, package: "swift-nio") }
}

let package = Package(
    name: "nova",
    products: [
        .library(name: "NovaClient", targets: ["NovaClient"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // MARK: C libraries
        .systemLibrary(
            name: "CRdkafka",
            pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"])]
        ),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),

        .target(name: "CDocuments"),

        // MARK: What tasks wait by; nothing of Nova in it
        .target(name: "AsyncPrimitives", dependencies: [deque], swiftSettings: settings),

        // MARK: Clients of Kafka and Redis; nothing of Nova in them
        .target(
            name: "KafkaClient",
            dependencies: ["AsyncPrimitives", "CRdkafka", logging, deque],
            swiftSettings: settings
        ),
        .target(
            name: "RedisClient",
            dependencies: ["AsyncPrimitives", "CHiredis", logging, lifecycle, nioSSL, crypto, deque]
                + nio("NIOCore", "NIOPosix"),
            swiftSettings: settings
        ),

        // MARK: Where a test build can be made to fail
        .target(
            name: "FaultPoints",
            swiftSettings: settings + [.define("NOVA_FAULT_POINTS", .when(configuration: .debug))]
        ),

        // MARK: What is promised, and where it is kept
        .target(name: "NovaContract", swiftSettings: settings),
        .target(
            name: "NovaStore",
            dependencies: ["FaultPoints", "NovaContract", "RedisClient", crypto],
            resources: [.embedInCode("Scripts")],
            swiftSettings: settings
        ),

        // MARK: The thinking
        .target(name: "Optimization", swiftSettings: settings),
        .target(name: "Coordination", dependencies: ["NovaContract"], swiftSettings: settings),
        .target(name: "Allocation", dependencies: ["NovaContract"], swiftSettings: settings),
        .target(name: "Memory", dependencies: ["CStemmer", "NovaContract", crypto], swiftSettings: settings),
        .target(name: "Analytics", dependencies: ["NovaContract"], swiftSettings: settings),

        // MARK: A domain's memories in a process, for searching
        .target(
            name: "MemoryIndex",
            dependencies: ["AsyncPrimitives", "MemoryPool", "Memory", "NovaContract", "NovaStore", grdb],
            swiftSettings: settings
        ),

        // MARK: Models, and agents that they speak for
        .target(
            name: "LLMClient",
            dependencies: ["AsyncPrimitives", "NovaContract", asyncHTTPClient] + nio("NIOCore", "NIOHTTP1"),
            swiftSettings: settings
        ),
        .target(
            name: "ModelServers",
            dependencies: ["LLMClient", "NovaContract", "NovaProcess", "NovaService", "NovaStore", "RedisClient"],
            swiftSettings: settings
        ),
        .target(
            name: "AgentRuntime",
            dependencies: ["AsyncPrimitives", "LLMClient", "NovaContract"],
            swiftSettings: settings
        ),

        // MARK: What a pool declares of itself
        .target(
            name: "NovaAPI",
            dependencies: [
                "CDocuments", "NovaContract", "NovaService", "NovaStore", hummingbird, hummingbirdCore, httpTypes,
                lifecycle, logging, metrics,
            ] + nio("NIOCore", "NIOFoundationCompat"),
            swiftSettings: settings
        ),

        // MARK: The pools: contract, store and routes of each
        .target(
            name: "FlowPool",
            dependencies: [
                "AsyncPrimitives",
                httpTypes,
                "CDocuments", "NovaAPI", "NovaContract", "NovaService", "NovaStore", "RedisClient", lifecycle, logging,
            ],
            exclude: ["Contract/schemas.json"],
            resources: [.embedInCode("Store/Scripts")],
            swiftSettings: settings
        ),
        .target(
            name: "WorkPool",
            dependencies: [
                "NovaService",
                "AsyncPrimitives",
                httpTypes,
                "CDocuments", "Coordination", "NovaAPI", "NovaContract", "NovaStore", "RedisClient", lifecycle, logging,
                metrics,
            ] + nio("NIOCore", "NIOPosix"),
            exclude: ["Contract/schemas.json"],
            resources: [.embedInCode("Store/Scripts")],
            swiftSettings: settings
        ),
        .target(
            name: "ResourcePool",
            dependencies: [
                "NovaService",
                httpTypes,
                "Allocation", "CDocuments", "NovaAPI", "NovaContract", "NovaStore", "RedisClient", lifecycle, logging,
            ],
            exclude: ["Contract/schemas.json"],
            resources: [.embedInCode("Store/Scripts")],
            swiftSettings: settings
        ),
        .target(
            name: "MemoryPool",
            dependencies: [
                "NovaService",
                httpTypes,
                "CDocuments", "Memory", "NovaAPI", "NovaContract", "NovaStore", "RedisClient", lifecycle, logging,
            ],
            exclude: ["Contract/schemas.json"],
            resources: [.embedInCode("Store/Scripts")],
            swiftSettings: settings
        ),
        .target(
            name: "NovaPools",
            dependencies: [
                "NovaProcess", "NovaService",
                "FlowPool", "MemoryPool", "NovaAPI", "NovaContract", "NovaStore", "ResourcePool", "WorkPool", logging,
            ],
            swiftSettings: settings
        ),

        // MARK: What every process needs
        .target(
            name: "NovaService",
            dependencies: [
                "NovaContract", logging, metricsCore, instrumentation, configuration, lifecycle, hummingbird,
                hummingbirdCore,
                httpTypes,
            ] + nio("NIOCore"),
            swiftSettings: settings
        ),
        .target(
            name: "NovaProcess",
            dependencies: [
                "AsyncPrimitives", "KafkaClient", "NovaContract", "NovaService", "NovaStore", "RedisClient", logging,
                lifecycle,
                nioSSL, unixSignals,
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: settings
        ),

        // MARK: Workers
        .target(
            name: "WorkerRuntime",
            dependencies: [
                "NovaService", "NovaProcess",
                "AsyncPrimitives", "FaultPoints", "KafkaClient", "NovaContract", "NovaStore", "RedisClient", deque,
                logging,
                metrics,
                lifecycle,
                instrumentation,
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: settings
        ),
        .target(
            name: "WorkerHost",
            dependencies: [
                "AsyncPrimitives",
                "NovaPools",
                "KafkaClient", "NovaContract", "NovaProcess", "NovaService", "NovaStore", "RedisClient",
                "WorkerRuntime", instrumentation, logging, lifecycle,
            ] + nio("NIOPosix"),
            swiftSettings: settings
        ),
        .target(
            name: "FlowPoolWorker",
            dependencies: [
                "FaultPoints", "FlowPool", "NovaContract", "NovaProcess", "NovaService", "NovaStore", "Optimization",
                "RedisClient", "WorkerHost", "WorkerRuntime", argumentParser, logging,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "nova-optimization-worker",
            dependencies: ["FlowPoolWorker", argumentParser],
            swiftSettings: settings
        ),
        .target(
            name: "WorkPoolWorker",
            dependencies: [
                "AsyncPrimitives",
                "AgentRuntime", "Coordination", "FaultPoints", "LLMClient", "ModelServers", "NovaContract",
                "NovaProcess", "NovaService", "NovaStore", "RedisClient", "WorkPool", "WorkerHost", "WorkerRuntime",
                argumentParser, logging, lifecycle, metrics,
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: settings
        ),
        .executableTarget(
            name: "nova-coordination-worker",
            dependencies: ["WorkPoolWorker", argumentParser],
            swiftSettings: settings
        ),
        .target(
            name: "MemoryPoolWorker",
            dependencies: [
                "NovaAPI",
                "AgentRuntime", "FaultPoints", "LLMClient", "Memory", "MemoryIndex", "MemoryPool", "ModelServers",
                "NovaContract", "NovaProcess", "NovaService", "NovaStore", "WorkerHost", "WorkerRuntime",
                argumentParser, grdb, lifecycle, logging, metrics,
            ] + nio("NIOPosix"),
            swiftSettings: settings
        ),
        .executableTarget(
            name: "nova-memory-worker",
            dependencies: ["MemoryPoolWorker", argumentParser],
            swiftSettings: settings
        ),
        .target(
            name: "ResourcePoolWorker",
            dependencies: [
                "AsyncPrimitives",
                "Allocation", "FaultPoints", "NovaContract", "NovaProcess", "NovaService", "NovaStore", "RedisClient",
                "ResourcePool", "WorkerHost", "WorkerRuntime", argumentParser, logging, lifecycle, metrics,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "nova-allocation-worker",
            dependencies: ["ResourcePoolWorker", argumentParser],
            swiftSettings: settings
        ),

        // MARK: Gateway
        .target(
            name: "Gateway",
            dependencies: [
                "NovaProcess", "AsyncPrimitives",
                "Memory",
                "Allocation", "MemoryPool", "NovaAPI", "NovaPools", "ResourcePool", "WorkPool",
                "Analytics", "CDocuments", "FaultPoints", "KafkaClient", "NovaContract", "NovaService", "NovaStore",
                "RedisClient", logging, metrics, lifecycle, hummingbird, hummingbirdCore, httpTypes, nioHTTPTypes,
                nioHTTPTypesHTTP1,
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOFoundationCompat"),
            exclude: ["Documents"],
            swiftSettings: settings
        ),
        .target(
            name: "GatewayHost",
            dependencies: [
                "FlowPool", "NovaPools",
                "Gateway", "KafkaClient", "NovaContract", "NovaProcess", "NovaService", "NovaStore", "RedisClient",
                argumentParser, logging, lifecycle,
            ] + nio("NIOPosix"),
            swiftSettings: settings
        ),
        .executableTarget(
            name: "nova-gateway",
            dependencies: ["GatewayHost", argumentParser],
            swiftSettings: settings
        ),

        // MARK: The tool for people
        .target(
            name: "ChildProcesses",
            dependencies: ["AsyncPrimitives", subprocess, systemPackage],
            swiftSettings: settings
        ),
        .target(
            name: "WebSocketClient",
            dependencies: [nioSSL] + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket"),
            swiftSettings: settings
        ),
        .target(
            name: "NovaClient",
            dependencies: ["NovaContract", "WebSocketClient", asyncHTTPClient, deque] + nio("NIOCore", "NIOHTTP1"),
            swiftSettings: settings
        ),
        .target(
            name: "NovaCommand",
            dependencies: [
                "NovaClient", "AsyncPrimitives",
                "FlowPool", "NovaPools",
                "ChildProcesses", "KafkaClient", "NovaContract", "NovaProcess", "NovaService", "NovaStore",
                "RedisClient",
                "WebSocketClient", argumentParser, asyncHTTPClient, logging, unixSignals,
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: settings
        ),
        .executableTarget(name: "nova", dependencies: ["NovaCommand"], swiftSettings: settings),

        // MARK: Examples, of which each uses the client and nothing else of Nova
        .executableTarget(
            name: "OptimizeAndListen",
            dependencies: ["NovaClient"],
            path: "examples/OptimizeAndListen",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "AgentWorker",
            dependencies: ["NovaClient"],
            path: "examples/AgentWorker",
            swiftSettings: settings
        ),

        .executableTarget(
            name: "nova-bench",
            dependencies: [
                "NovaClient", "AsyncPrimitives",
                "FlowPool", "MemoryPool", "NovaPools", "WorkPool", "ResourcePool", "Allocation", "Memory",
                "ChildProcesses", "CrashKit", "KafkaClient", "NovaContract", "NovaStore", "NovaTestKit", "Optimization",
                "RedisClient", "ScriptedModel", "WebSocketClient",
                argumentParser, asyncHTTPClient, hummingbird, hummingbirdCore, httpTypes, logging,
            ] + nio("NIOCore", "NIOHTTP1", "NIOPosix"),
            path: "Benchmarks/nova-bench",
            swiftSettings: settings
        ),

        // MARK: Tests
        .target(
            name: "NovaTestKit",
            dependencies: ["AsyncPrimitives", "ChildProcesses"],
            path: "Tests/Support/NovaTestKit",
            swiftSettings: settings
        ),
        .target(
            name: "CrashKit",
            dependencies: [
                "NovaClient", "AsyncPrimitives",
                "FlowPool", "NovaPools",
                "ChildProcesses", "KafkaClient", "NovaContract", "NovaStore", "NovaTestKit", "RedisClient",
                "WebSocketClient", asyncHTTPClient, logging,
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat"),
            path: "Tests/Support/CrashKit",
            swiftSettings: settings
        ),
        .target(
            name: "ScriptedModel",
            dependencies: ["NovaContract", hummingbird, hummingbirdCore, httpTypes, lifecycle, logging]
                + nio("NIOCore"),
            path: "Tests/Support/ScriptedModel",
            swiftSettings: settings
        ),
        .target(
            name: "DocumentKit",
            dependencies: ["NovaContract"],
            path: "Tests/Support/DocumentKit",
            swiftSettings: settings
        ),
        .target(
            name: "FuzzKit",
            dependencies: [
                "AsyncPrimitives", "ChildProcesses", "DocumentKit", "NovaContract", "NovaTestKit", "WebSocketClient",
            ]
                + nio("NIOCore", "NIOHTTP1", "NIOPosix"),
            path: "Tests/Support/FuzzKit",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "nova-fuzz",
            dependencies: ["FuzzKit", argumentParser],
            path: "Tests/Support/nova-fuzz",
            swiftSettings: settings
        ),
        .target(
            name: "EndToEndKit",
            dependencies: [
                "NovaClient",
                "AsyncPrimitives", "DocumentKit", "NovaContract", "NovaTestKit", "WebSocketClient", asyncHTTPClient,
            ]
                + nio("NIOCore", "NIOHTTP1", "NIOFoundationCompat"),
            path: "Tests/Support/EndToEndKit",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "nova-crash",
            dependencies: ["CrashKit", "ChildProcesses", "NovaContract", "NovaTestKit", argumentParser],
            path: "Tests/Support/nova-crash",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "nova-test-broker",
            dependencies: ["KafkaClient", "NovaTestKit"],
            path: "Tests/Support/nova-test-broker",
            swiftSettings: settings
        ),
        .testTarget(name: "AsyncPrimitivesTests", dependencies: ["AsyncPrimitives"], swiftSettings: settings),
        .testTarget(
            name: "NovaContractTests",
            dependencies: [
                "Allocation", "Coordination", "FlowPool", "Memory", "MemoryPool", "NovaAPI", "NovaPools",
                "ResourcePool", "WorkPool", "NovaContract",
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "OptimizationTests", dependencies: ["Optimization"], swiftSettings: settings),
        .testTarget(
            name: "CoordinationTests",
            dependencies: ["Coordination", "NovaContract", "NovaTestKit"],
            resources: [.embedInCode("Data")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LLMClientTests",
            dependencies: ["AsyncPrimitives", "LLMClient", "NovaContract", "ScriptedModel"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AgentRuntimeTests",
            dependencies: ["WorkPool", "AgentRuntime", "LLMClient", "NovaContract"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MemoryTests",
            dependencies: ["Memory", "NovaContract", "NovaTestKit"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MemoryIndexTests",
            dependencies: [
                "MemoryPool", "NovaPools",
                "ChildProcesses", "Memory", "MemoryIndex", "NovaContract", "NovaStore", "NovaTestKit", "RedisClient",
                logging,
            ] + nio("NIOPosix"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "AnalyticsTests",
            dependencies: ["Analytics", "NovaContract", "NovaTestKit"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AllocationTests",
            dependencies: ["Allocation", "NovaContract", "NovaTestKit"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "NovaServiceTests",
            dependencies: ["NovaService", logging, instrumentation, metricsCore, asyncHTTPClient]
                + nio("NIOCore", "NIOHTTP1"),
            swiftSettings: settings
        ),
        .testTarget(name: "ChildProcessesTests", dependencies: ["ChildProcesses"], swiftSettings: settings),
        .testTarget(
            name: "NovaTestKitTests",
            dependencies: ["NovaTestKit", "ChildProcesses", "nova-test-broker"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WebSocketClientTests",
            dependencies: ["WebSocketClient", nioSSL] + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "NovaClientTests",
            dependencies: [
                "AgentWorker", "ChildProcesses", "NovaClient", "NovaTestKit", "OptimizeAndListen",
                "nova-allocation-worker", "nova-coordination-worker", "nova-gateway", "nova-memory-worker",
                "nova-optimization-worker", "nova-test-broker",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KafkaClientTests",
            dependencies: [
                "AsyncPrimitives", "KafkaClient", "CRdkafka", "ChildProcesses", "NovaTestKit", "nova-test-broker",
                logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RedisClientTests",
            dependencies: ["RedisClient", "NovaTestKit", "ChildProcesses", logging, nioSSL]
                + nio("NIOCore", "NIOPosix"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "NovaStoreTests",
            dependencies: [
                "Allocation", "FlowPool", "Memory", "MemoryPool", "NovaPools", "ResourcePool", "WorkPool", "NovaStore",
                "NovaTestKit", "NovaContract", "RedisClient", "ChildProcesses", logging,
            ]
                + nio("NIOPosix"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "WorkerRuntimeTests",
            dependencies: [
                "AsyncPrimitives",
                "NovaAPI",
                "FlowPool", "NovaPools",
                "WorkerRuntime", "KafkaClient", "NovaContract", "NovaStore", "RedisClient", "NovaTestKit",
                "ChildProcesses", "nova-test-broker", logging, lifecycle,
            ] + nio("NIOPosix"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "NovaProcess", "AsyncPrimitives",
                "FlowPool", "Memory", "MemoryPool", "NovaAPI", "NovaPools", "WorkPool",
                "ChildProcesses", "Gateway", "KafkaClient", "NovaContract", "NovaStore", "NovaService", "NovaTestKit",
                "RedisClient",
                hummingbird, hummingbirdCore, httpTypes, nioHTTPTypes, logging,
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOEmbedded"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "NovaCommandTests",
            dependencies: [
                "NovaClient", "NovaService", "NovaProcess",
                "FlowPool", "MemoryPool", "NovaPools",
                "NovaCommand", "NovaTestKit", "ChildProcesses", "KafkaClient", "NovaContract", "NovaStore",
                "RedisClient",
                "nova-allocation-worker", "nova-coordination-worker", "nova-gateway", "nova-optimization-worker",
                "nova-test-broker",
                argumentParser, logging,
            ] + nio("NIOPosix"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "GatewayWebSocketTests",
            dependencies: [
                "AsyncPrimitives",
                "Memory",
                "FlowPool", "MemoryPool", "NovaAPI", "NovaPools", "WorkPool",
                "Gateway", "ChildProcesses", "KafkaClient", "NovaContract", "NovaService", "NovaStore", "NovaTestKit",
                "RedisClient", "WebSocketClient", hummingbird, hummingbirdCore, httpTypes, nioHTTPTypes, logging,
                lifecycle,
            ] + nio("NIOCore", "NIOPosix", "NIOWebSocket"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "FlowPool",
                "NovaTestKit", "ChildProcesses", "WebSocketClient", "NovaContract", "RedisClient", "EndToEndKit",
                "nova",
                "nova-allocation-worker", "nova-coordination-worker", "nova-gateway", "nova-memory-worker",
                "nova-optimization-worker",
                "nova-test-broker",
                asyncHTTPClient, logging,
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "WorkEndToEndTests",
            dependencies: [
                "WorkPool",
                "ChildProcesses", "CrashKit", "EndToEndKit", "NovaContract", "NovaTestKit", "ScriptedModel",
                "nova-allocation-worker",
                "nova-coordination-worker", "nova-gateway", "nova-test-broker",
            ] + nio("NIOHTTP1"),
            swiftSettings: settings
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "FuzzKit", "NovaContract", "NovaTestKit", "nova-allocation-worker", "nova-coordination-worker",
                "nova-gateway", "nova-memory-worker", "nova-optimization-worker", "nova-test-broker",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "FlowPool",
                "CrashKit", "ChildProcesses", "NovaContract", "NovaTestKit", "nova-gateway",
                "nova-optimization-worker", "nova-test-broker",
            ],
            swiftSettings: settings
        ),
    ],
    cLanguageStandard: .c2x
)
