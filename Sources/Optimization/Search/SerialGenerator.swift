/// The serial schedule generation scheme: takes steps in the order of a list and starts each as early as its
/// predecessors and the resources left by the steps before it allow.
///
/// What is left of each resource over time is a linked list of events, each holding the amounts free from its time to
/// the next event's. A step can only start at an event (time 0, or where some step finishes), so every predecessor's
/// finish is remembered as an event and no search for a time is ever needed.
///
/// For some list of steps the result is an optimal schedule (Kolisch 1996), which is why the search is over lists.
final class SerialGenerator {
    private let memory: NetworkMemory
    /// Start of each step in the last schedule, in the direction it was generated in.
    let starts: UnsafeMutableBufferPointer<Int>

    /// Event in which each step finishes.
    private let finishEvents: UnsafeMutableBufferPointer<Int>
    private let times: UnsafeMutableBufferPointer<Int>
    private let nextEvents: UnsafeMutableBufferPointer<Int>
    /// Free amount of resource r from event e on: `free[e * resourceCount + r]`.
    private let free: UnsafeMutableBufferPointer<Int>

    init(_ memory: NetworkMemory) {
        self.memory = memory
        let count = memory.forward.count
        // Time 0, one finish for each step, and the end of time.
        let events = count + 2
        starts = .filled(count)
        finishEvents = .filled(count)
        times = .filled(events)
        nextEvents = .filled(events)
        free = .filled(events * memory.forward.resourceCount)
    }

    deinit {
        for buffer in [starts, finishEvents, times, nextEvents, free] { buffer.deallocate() }
    }

    /// Generates the schedule of `list`, which must hold every step once, each behind its predecessors of `view`.
    ///
    /// - Parameter prefix: places of the list to generate, all of them when nil. `starts` then holds those steps only.
    /// - Returns: the makespan. `starts` holds the schedule until the next call.
    func generate(_ list: UnsafeMutableBufferPointer<Int>, _ view: NetworkView, prefix: Int? = nil) -> Int {
        let times = times, nextEvents = nextEvents, free = free, finishEvents = finishEvents, starts = starts
        let resources = view.resourceCount
        let origin = 0, endOfTime = 1
        times[origin] = 0
        times[endOfTime] = Int.max
        nextEvents[origin] = endOfTime
        for resource in 0..<resources { free[resource] = view.capacities[resource] }
        var events = 2
        var makespan = 0

        for place in 0..<(prefix ?? view.count) {
            let step = list[place]
            var start = origin
            for arrow in view.predecessorOffsets[step]..<view.predecessorOffsets[step &+ 1] {
                let finish = finishEvents[view.predecessors[arrow]]
                if times[finish] > times[start] { start = finish }
            }
            let duration = view.durations[step]
            guard duration > 0 else {
                starts[step] = times[start]
                finishEvents[step] = start
                continue
            }

            // Walk on until the amounts suffice from `start` to `finish` without a break.
            let demands = view.demandOffsets[step]..<view.demandOffsets[step &+ 1]
            var event = start
            var finish = times[start] &+ duration
            while true {
                let base = event &* resources
                var fits = true
                for demand in demands where free[base &+ view.demandResources[demand]] < view.demandAmounts[demand] {
                    fits = false
                    break
                }
                let next = nextEvents[event]
                if !fits {
                    start = next
                    finish = times[next] &+ duration
                } else if times[next] >= finish {
                    break
                }
                event = next
            }

            // `event` is the last one before the finish.
            var finishEvent = nextEvents[event]
            if times[finishEvent] != finish {
                finishEvent = events
                events &+= 1
                times[finishEvent] = finish
                nextEvents[finishEvent] = nextEvents[event]
                nextEvents[event] = finishEvent
                let from = event &* resources, to = finishEvent &* resources
                for resource in 0..<resources { free[to &+ resource] = free[from &+ resource] }
            }
            event = start
            while event != finishEvent {
                let base = event &* resources
                for demand in demands { free[base &+ view.demandResources[demand]] &-= view.demandAmounts[demand] }
                event = nextEvents[event]
            }
            starts[step] = times[start]
            finishEvents[step] = finishEvent
            if finish > makespan { makespan = finish }
        }
        return makespan
    }

    /// The schedule of all steps in this order, each behind its predecessors.
    func solution(of order: [Int], _ project: Project) -> Solution {
        let list = UnsafeMutableBufferPointer<Int>.filled(project.count)
        defer { list.deallocate() }
        for (place, step) in order.enumerated() { list[place] = step }
        let makespan = generate(list, memory.forward)
        return Solution(makespan: makespan, starts: Array(starts.prefix(project.count)))
    }
}
