import MemoryPool
import NovaProcess
import NovaService
import NovaStore

extension MemoryRules {
    /// Reads what of `memory` says how memories fade; all memory workers should be told the same.
    init(_ settings: Settings) throws {
        self.init()
        halfLife = try settings[\MemorySettings.halfLife]
        archiveBelow = try settings[\MemorySettings.archiveBelow]
    }
}
