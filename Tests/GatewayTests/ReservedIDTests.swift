import NovaContract
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Ids and paths") struct ReservedIDTests {
    @Test("each word that stands where an id would is no id")
    func words() throws {
        let paths = try SampleGateway.make().routes.map { $0.path.split(separator: "/").map(String.init) }
        var found: [String: Set<String>] = [:]
        for path in paths {
            guard let place = path.lastIndex(where: { $0.hasSuffix("_id}") }) else { continue }
            for index in path.indices where index <= place && path[index].hasSuffix("_id}") {
                let type = String(path[index].dropFirst().dropLast("_id}".count))
                for other in paths
                where other.count > index && other[..<index] == path[..<index] && !other[index].hasPrefix("{") {
                    found[type, default: []].insert(other[index])
                }
            }
        }
        for (type, words) in found {
            #expect(EntityID.reserved[type, default: []] == words, "\(type)")
        }
        #expect(found.count >= 4)
    }
}
