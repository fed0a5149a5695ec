import NovaService
import NovaStore

extension MemoryRules {
    /// Reads what of `memory` says how memories fade; all memory workers should be told the same.
    init(_ settings: Settings) throws {
        self.init()
        halfLife = try settings.duration("memory.half_life", default: halfLife)
        archiveBelow = try settings.double("memory.archive_below", default: archiveBelow, in: 0.000_001...1)
    }
}
