import ArgumentParser
import NovaContract
import NovaPools

/// A dead letter as people name it: `POOL/PARTITION:OFFSET`, such as `optimization/0:17`.
struct DeadLetterReference: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByArgument {
    let pool: Pool
    let place: DeadLetterPlace

    init(_ pool: Pool, _ place: DeadLetterPlace) {
        self.pool = pool
        self.place = place
    }

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let pool = NovaPools.pool(named: String(parts[0])),
            let place = DeadLetterPlace(parts[1])
        else { return nil }
        self.init(pool, place)
    }

    var description: String { "\(pool.name)/\(place)" }

    static func < (left: DeadLetterReference, right: DeadLetterReference) -> Bool {
        (left.pool.name, left.place) < (right.pool.name, right.place)
    }
}
