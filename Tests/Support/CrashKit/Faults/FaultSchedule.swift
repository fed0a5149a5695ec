/// Which faults come when: follows from the seed alone, so that a run can be repeated.
package struct FaultSchedule: Sendable, CustomStringConvertible {
    package struct Entry: Sendable, Equatable, CustomStringConvertible {
        /// From the begin of the run.
        package let at: Duration
        package let fault: Fault
        /// Until it is healed.
        package let length: Duration

        package var description: String {
            "\(at): \(fault.target), \(fault.kind)\(fault.details), for \(length)"
        }
    }

    package let entries: [Entry]

    /// - Parameter duration: No fault begins later.
    package init(seed: UInt64, duration: Duration, gateways: Int, workers: Int) {
        var maker = FaultMaker(seed: seed, gateways: gateways, workers: workers)
        entries = maker.make(until: duration)
    }

    package var description: String { entries.map(\.description).joined(separator: "\n") }
}
