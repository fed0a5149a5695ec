package import NovaContract
import NovaStore

/// The names of what is kept of flows.
extension RedisKeys {
    /// The hash of a flow.
    package func flow(_ id: String, owner: String, domain: String) -> String {
        "\(flows(owner: owner, domain: domain)):f:\(Self.escaped(id))"
    }
    /// Sorted set of all flows of the owner, `DOMAIN 0x1F ID`, without scores: in the order of their bytes.
    package func flowNames(owner: String) -> String { "\(ownerTag(owner)):flow-names" }
    private func flows(owner: String, domain: String) -> String {
        space(of: .optimization, owner: owner, domain: domain)
    }

    // MARK: Of flows as older versions kept them, for all owners of a domain together

    /// Begins the names of all of them.
    package var sharedFlows: String { "\(prefix):{flow:" }
    package func sharedFlow(_ id: String, domain: String) -> String {
        "\(sharedFlows)\(Self.escaped(domain)):\(Self.escaped(id))}"
    }
    /// The marker of a job that changed the flow.
    package func sharedFlowApplied(_ jobID: String, _ id: String, domain: String) -> String {
        "\(sharedFlow(id, domain: domain)):applied:\(jobID)"
    }
    /// What a name that begins with `sharedFlows` is of; nil for one that no version of Nova gave.
    package func sharedFlow(named name: String) -> (domain: String, id: String, jobID: String?)? {
        guard name.utf8.starts(with: sharedFlows.utf8) else { return nil }
        let rest = name.utf8.dropFirst(sharedFlows.utf8.count)
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let parts = rest[..<end].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let marker = ":applied:".utf8
        let tail = rest[rest.index(after: end)...]
        guard tail.isEmpty || tail.starts(with: marker) else { return nil }
        return (
            NamePart.unescaped(Substring(parts[0])), NamePart.unescaped(Substring(parts[1])),
            tail.isEmpty ? nil : String(Substring(tail.dropFirst(marker.count)))
        )
    }
}
