/// Lends the slot of one running command to others while it waits.
struct SlotPermit: Sendable {
    let entry: Lanes.Entry
    let lanes: Lanes

    func lend() { lanes.lend(entry) }
    func reclaim() { lanes.reclaim(entry) }
}
