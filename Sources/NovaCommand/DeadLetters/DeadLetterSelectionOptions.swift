import ArgumentParser
import NovaContract
import NovaPools

/// Which letters a command changes something about: by place, by filter, or expressly all.
struct DeadLetterSelectionOptions: ParsableArguments {
    @Argument(help: "Places of letters, as `nova dead-letters list` shows them: POOL/PARTITION:OFFSET.")
    var places: [DeadLetterReference] = []

    @Flag(name: .long, help: "All letters that the filters leave; without a filter, all there are.")
    var allMatching = false

    @OptionGroup var filters: DeadLetterFilterOptions

    func validate() throws {
        if places.isEmpty {
            guard filters.narrows || allMatching else {
                throw ValidationError("name places, or filters such as --error TEXT, or --all-matching for all letters")
            }
        } else if filters.narrows || allMatching || !filters.pool.isEmpty {
            throw ValidationError("name places or filters, not both")
        }
    }

    /// The letters meant, by place, resolved ones among them.
    ///
    /// - Throws: `CommandFailure` where there is none at a place that is named.
    func select(in archive: DeadLetterArchive) async throws -> (meant: [DeadLetterEntry], ledgers: [DeadLetterLedger]) {
        guard !places.isEmpty else {
            let ledgers = try await archive.ledgers(of: filters.pool)
            let filter = filters.filter()
            return (ledgers.flatMap(\.entries).filter { filter.matches($0.record) }, ledgers)
        }
        let pools = NovaPools.all.filter { pool in places.contains { $0.pool == pool } }
        let ledgers = try await archive.ledgers(of: pools)
        var meant: [DeadLetterReference: DeadLetterEntry] = [:]
        for reference in places {
            let entry = try DeadLetterArchive.find(reference, in: ledgers)
            meant[entry.reference] = entry
        }
        return (meant.values.sorted { $0.reference < $1.reference }, ledgers)
    }
}
