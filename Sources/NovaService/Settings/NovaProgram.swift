/// A program of Nova that runs as a service and reads settings.
package enum NovaProgram: Sendable, Hashable, CaseIterable {
    case gateway
    /// Of the pool of this name.
    case worker(String)

    /// One for each pool of `NovaPools`, which stands above this room; a test holds the two together.
    package static let workers = ["optimization", "allocation", "coordination", "memory"].map(Self.worker)
    package static let allCases = [.gateway] + workers

    /// The name of the executable, such as `nova-memory-worker`.
    package var name: String { "nova-\(shortName)" }

    /// The name of its file in `config/`, such as `memory-worker.yaml`.
    package var fileName: String { "\(shortName).yaml" }

    /// Reads `nova-gateway` and, shorter, `gateway`; nil for what is no program.
    package init?(named text: String) {
        guard let program = Self.allCases.first(where: { [$0.name, $0.shortName].contains(text) }) else { return nil }
        self = program
    }

    private var shortName: String {
        switch self {
        case .gateway: "gateway"
        case .worker(let pool): "\(pool)-worker"
        }
    }
}
