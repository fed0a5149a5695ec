/// A project seen in one direction of time, in flat buffers for the inner loops.
///
/// Backward, predecessors and successors change places and time runs from the end: a schedule generated there is a
/// right-justified one. The buffers belong to the `NetworkMemory` it came from and must not be used after it is gone.
/// Subscripts are checked in debug builds only, which is why the tests run there.
struct NetworkView {
    let count: Int
    let resourceCount: Int
    let durations: UnsafeBufferPointer<Int>
    let capacities: UnsafeBufferPointer<Int>
    let demandOffsets: UnsafeBufferPointer<Int>
    let demandResources: UnsafeBufferPointer<Int>
    let demandAmounts: UnsafeBufferPointer<Int>
    fileprivate(set) var predecessorOffsets: UnsafeBufferPointer<Int>
    fileprivate(set) var predecessors: UnsafeBufferPointer<Int>
    fileprivate(set) var successorOffsets: UnsafeBufferPointer<Int>
    fileprivate(set) var successors: UnsafeBufferPointer<Int>
}

/// Owns the flat copy of a project that one search works on.
///
/// Not `Sendable`: a search is one thread.
final class NetworkMemory {
    let forward: NetworkView
    let backward: NetworkView
    private let storage: UnsafeMutableBufferPointer<Int>

    init(_ project: Project) {
        let parts = [
            project.durations, project.capacities,
            project.demandResources.offsets, project.demandResources.items, project.demandAmounts.items,
            project.predecessors.offsets, project.predecessors.items,
            project.successors.offsets, project.successors.items,
        ]
        let storage = UnsafeMutableBufferPointer<Int>.allocate(capacity: max(1, parts.reduce(0) { $0 + $1.count }))
        self.storage = storage
        var end = 0
        let copies = parts.map { part in
            let range = end..<(end + part.count)
            _ = storage[range].initialize(fromContentsOf: part)
            end = range.upperBound
            return UnsafeBufferPointer(rebasing: storage[range])
        }
        let forward = NetworkView(
            count: project.count,
            resourceCount: project.resourceCount,
            durations: copies[0],
            capacities: copies[1],
            demandOffsets: copies[2],
            demandResources: copies[3],
            demandAmounts: copies[4],
            predecessorOffsets: copies[5],
            predecessors: copies[6],
            successorOffsets: copies[7],
            successors: copies[8]
        )
        var backward = forward
        swap(&backward.predecessorOffsets, &backward.successorOffsets)
        swap(&backward.predecessors, &backward.successors)
        self.forward = forward
        self.backward = backward
    }

    deinit {
        storage.deallocate()
    }
}

extension UnsafeMutableBufferPointer<Int> {
    /// `count` numbers, all `value`.
    ///
    /// The caller deallocates.
    static func filled(_ count: Int, _ value: Int = 0) -> Self {
        let buffer = allocate(capacity: Swift.max(1, count))
        buffer.initialize(repeating: value)
        return buffer
    }
}
