/// Where the programs and scripts are that a benchmark starts.
struct Programs: Sendable {
    let binaries: String
    let scripts: String
    let cPrograms: String

    var bench: String { binaries + "/nova-bench" }
    var gateway: String { binaries + "/nova-gateway" }
    var worker: String { binaries + "/nova-optimization-worker" }
    var coordinator: String { binaries + "/nova-coordination-worker" }
    var allocator: String { binaries + "/nova-allocation-worker" }
    var rememberer: String { binaries + "/nova-memory-worker" }
    var broker: String { binaries + "/nova-test-broker" }
    var commandScript: String { scripts + "/command.lua" }
    var produce: String { cPrograms + "/produce" }
    var consume: String { cPrograms + "/consume" }
}
