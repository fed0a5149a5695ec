/// The serial schedule generation scheme for networks with options, lags, releases and changing capacities.
///
/// Takes steps in the order of a list and starts each as early as its links and what is left of the resources allow; where
/// asked, with the option that makes it finish first. Where a greatest lag would be passed the earlier step is held back and
/// all is generated again (Franck, Neumann, Schwindt, Truncated branch-and-bound, schedule-construction, and
/// schedule-improvement procedures for resource-constrained project scheduling, OR Spektrum 23, 2001).
///
/// What is left of each resource over time is a linked list of events, each holding the amounts that are free from its time to the next
/// one's. For some list of steps the result is an optimal schedule where only resources and dependencies matter (Kolisch, Serial
/// and parallel resource-constrained project scheduling methods revisited, EJOR 90, 1996), which is why the search is over lists.
final class SerialGenerationScheme {
    /// The same schedule seen from its end has the links turned round; its time runs back from a horizon.
    enum Direction {
        case forward
        case backward(horizon: Int)
    }

    private let tables: NetworkTables
    /// Of each step in the last schedule, in the direction it was generated in.
    let starts: UnsafeMutableBufferPointer<Int>
    let finishes: UnsafeMutableBufferPointer<Int>
    /// The mode each step is run in; where asked, changed for the better.
    let modes: UnsafeMutableBufferPointer<Int>
    /// By mode: what it is worth to take another, in units of time; added to the finish where modes are chosen.
    var prices: [Double]?
    /// Times a step may be held back in one schedule: so many steps are put in all, as the time limit is not looked at there.
    private static let generatedStepsOfOne = 200_000
    private static let fewestHeld = 20
    /// Times a step may be held back in one schedule, and the latest start it may be held back to.
    private var maximumHeld = 0
    private var horizon = Int.max

    private let finishEvents: UnsafeMutableBufferPointer<Int>
    private let times: UnsafeMutableBufferPointer<Int>
    private let nextEvents: UnsafeMutableBufferPointer<Int>
    private let free: UnsafeMutableBufferPointer<Int>
    private let firstInEvent: UnsafeMutableBufferPointer<Int>
    private let nextInEvent: UnsafeMutableBufferPointer<Int>
    private var eventCount = 0
    /// Units of time of steps for which there never is enough of a resource.
    private var misfits = 0
    /// What is left of each budget with the present modes.
    private let left: UnsafeMutableBufferPointer<Int>
    /// Before these moments steps do not start; forward those of the releases at least.
    let held: UnsafeMutableBufferPointer<Int>

    init(_ tables: NetworkTables) {
        self.tables = tables
        let count = tables.count
        let events = 2 * count + tables.supplyTimes.count + 2
        starts = .filled(count)
        finishes = .filled(count)
        modes = .filled(count)
        finishEvents = .filled(count)
        times = .filled(events)
        nextEvents = .filled(events)
        free = .filled(events * tables.resourceCount)
        firstInEvent = .filled(events, -1)
        nextInEvent = .filled(count, -1)
        left = .filled(tables.budgetCount)
        held = .filled(count)
    }

    deinit {
        for buffer in [
            starts, finishes, modes, finishEvents, times, nextEvents, free, firstInEvent, nextInEvent, left, held,
        ] { buffer.deallocate() }
    }

    /// From now on earlier steps are held back where a greatest lag would be passed; without it such a schedule is generated as it is.
    func holdBack() {
        guard tables.network.links.hasMaximum else { return }
        let mostHeld = min(4 * tables.count + 50, Self.generatedStepsOfOne / max(1, tables.count))
        maximumHeld = max(Self.fewestHeld, mostHeld)
        horizon = tables.network.horizon
    }

    /// Generates the schedule of `list`, which must hold every step once, each behind those it comes after in that direction.
    ///
    /// - Parameters:
    ///   - choosing: whether each step takes the option that makes it finish first, within the budgets.
    ///   - isHolding: backward, whether `held` is kept to.
    /// - Returns: by how many units of time greatest lags and latest starts are passed in all, and those of steps that fit
    ///   nowhere; 0 for a sound schedule. Backward it says nothing.
    func generate(
        _ list: UnsafeMutableBufferPointer<Int>,
        _ direction: Direction,
        choosing: Bool = false,
        isHolding: Bool = false
    ) -> Int {
        if choosing { countBudgets() }
        let isForward: Bool
        switch direction {
        case .forward:
            isForward = true
            for step in 0..<tables.count { held[step] = tables.releases[step] }
        case .backward:
            isForward = false
            if !isHolding { held.update(repeating: 0) }
        }
        var timesHeld = 0
        while true {
            begin(direction)
            misfits = 0
            var passed = 0
            var isHeld = false
            for place in 0..<tables.count {
                let step = list[place]
                put(step, isForward, choosing)
                guard isForward, tables.network.links.hasMaximum || tables.latest[step] < Int.max else { continue }
                let late = lateness(step)
                guard late.units > 0 else { continue }
                if let other = late.other, timesHeld < maximumHeld, starts[other] &+ late.units <= horizon {
                    held[other] = starts[other] + late.units
                    timesHeld += 1
                    isHeld = true
                    break
                }
                // Of 10,000 steps, each late by up to 4e15 millionths of a second: held at the greatest number there is.
                let sum = passed.addingReportingOverflow(late.units)
                passed = sum.overflow ? Int.max / 2 : min(sum.partialValue, Int.max / 2)
            }
            if !isHeld { return passed &+ misfits }
        }
    }

    /// By how much what is used of each budget passes it, each as a share of itself; 0: all are kept.
    func excess() -> Double {
        countBudgets()
        var excess = 0.0
        for budget in 0..<tables.budgetCount where left[budget] < 0 {
            excess += Double(-left[budget]) / Double(max(1, tables.limits[budget].magnitude))
        }
        return excess
    }

    /// Rewrites `list`, from which the last schedule was generated, by decreasing finish in that schedule.
    ///
    /// Only without links from starts: there a later step may finish first.
    func reverseByFinish(_ list: UnsafeMutableBufferPointer<Int>) {
        let count = tables.count
        for place in stride(from: count &- 1, through: 0, by: -1) {
            let step = list[place]
            let event = finishEvents[step]
            nextInEvent[step] = firstInEvent[event]
            firstInEvent[event] = step
        }
        var place = count
        var event = 0
        while place > 0 {
            var step = firstInEvent[event]
            firstInEvent[event] = -1
            while step >= 0 {
                place &-= 1
                list[place] = step
                step = nextInEvent[step]
            }
            event = nextEvents[event]
        }
    }

    // MARK: - Parts

    private func countBudgets() {
        let budgets = tables.budgetCount
        for budget in 0..<budgets { left[budget] = tables.limits[budget] }
        guard budgets > 0 else { return }
        for step in 0..<tables.count {
            let base = modes[step] &* budgets
            for budget in 0..<budgets { left[budget] &-= tables.uses[base &+ budget] }
        }
    }

    /// The events of what there is before any step has taken anything.
    private func begin(_ direction: Direction) {
        let resources = tables.resourceCount
        let changes = tables.supplyTimes.count
        var last = 0
        // Event 1 is the end of time.
        func add(_ event: Int, _ time: Int, _ change: Int) {
            times[event] = time
            for resource in 0..<resources {
                free[event &* resources &+ resource] = tables.supplyAmounts[change &* resources &+ resource]
            }
            if event != last { nextEvents[last] = event }
            last = event
        }
        eventCount = 2
        switch direction {
        case .forward:
            add(0, 0, 0)
            for change in stride(from: 1, to: changes, by: 1) {
                add(eventCount, tables.supplyTimes[change], change)
                eventCount &+= 1
            }
        case .backward(let horizon):
            // Counted back from the horizon: the change that holds before it is the first; before the flow's start it is as
            // it is there.
            var change = changes &- 1
            while change > 0, tables.supplyTimes[change] >= horizon { change &-= 1 }
            add(0, 0, change)
            while change > 0 {
                add(eventCount, horizon &- tables.supplyTimes[change], change &- 1)
                eventCount &+= 1
                change &-= 1
            }
        }
        nextEvents[last] = 1
        times[1] = Int.max
    }

    private func put(_ step: Int, _ isForward: Bool, _ choosing: Bool) {
        let first = tables.modeOffsets[step], last = tables.modeOffsets[step &+ 1]
        var mode = modes[step]
        var place = fit(step, mode, isForward)
        if choosing, last &- first > 1 {
            var best = worth(place, mode)
            for other in first..<last where other != mode && fitsBudgets(other, instead: mode) {
                let candidate = fit(step, other, isForward)
                let worth = worth(candidate, other)
                guard worth < best else { continue }
                best = worth
                place = candidate
                take(other, instead: mode)
                mode = other
            }
            modes[step] = mode
        }
        commit(step, mode, place)
    }

    private func worth(_ place: Place, _ mode: Int) -> Double {
        let finish = place.isMisfit ? Double.infinity : Double(place.start &+ tables.durations[mode])
        return prices.map { finish + $0[mode] } ?? finish
    }

    private func fitsBudgets(_ mode: Int, instead present: Int) -> Bool {
        let budgets = tables.budgetCount
        for budget in 0..<budgets {
            let more = tables.uses[mode &* budgets &+ budget] &- tables.uses[present &* budgets &+ budget]
            if more > 0, more > left[budget] { return false }
        }
        return true
    }

    private func take(_ mode: Int, instead present: Int) {
        let budgets = tables.budgetCount
        for budget in 0..<budgets {
            left[budget] &-= tables.uses[mode &* budgets &+ budget] &- tables.uses[present &* budgets &+ budget]
        }
    }

    private struct Place {
        let start: Int
        /// The last event not after the start.
        let event: Int
        /// The last event before the finish.
        let last: Int
        /// What there is for ever does not suffice.
        var isMisfit = false
    }

    /// The earliest place where its links, its release and the resources let the step run.
    private func fit(_ step: Int, _ mode: Int, _ isForward: Bool) -> Place {
        let times = times, nextEvents = nextEvents, free = free
        let duration = tables.durations[mode]
        let side = isForward ? tables.before : tables.after
        var earliest = held[step]
        var event = 0
        for link in side.offsets[step]..<side.offsets[step &+ 1] {
            let other = side.others[link]
            if side.fromFinish[link] == 1 {
                earliest = max(earliest, finishes[other] &+ side.minimums[link])
                if times[finishEvents[other]] > times[event] { event = finishEvents[other] }
            } else if isForward {
                earliest = max(earliest, starts[other] &+ side.minimums[link])
            } else {
                earliest = max(earliest, finishes[other] &+ side.minimums[link] &- duration)
            }
        }
        while times[nextEvents[event]] <= earliest { event = nextEvents[event] }
        guard duration > 0 else { return Place(start: earliest, event: event, last: event) }

        let resources = tables.resourceCount
        let demands = tables.demandOffsets[mode]..<tables.demandOffsets[mode &+ 1]
        var start = earliest
        var first = event
        var finish = start &+ duration
        while true {
            let base = event &* resources
            var fits = true
            for demand in demands where free[base &+ tables.demandResources[demand]] < tables.demandAmounts[demand] {
                fits = false
                break
            }
            let next = nextEvents[event]
            if !fits {
                // What there is for ever may not suffice: then it is put at the end all the same, and the check finds it.
                guard times[next] < Int.max else {
                    return Place(start: max(earliest, times[event]), event: event, last: event, isMisfit: true)
                }
                first = next
                start = times[next]
                finish = start &+ duration
            } else if times[next] >= finish {
                return Place(start: start, event: first, last: event)
            }
            event = next
        }
    }

    private func commit(_ step: Int, _ mode: Int, _ place: Place) {
        let duration = tables.durations[mode]
        starts[step] = place.start
        finishes[step] = place.start &+ duration
        guard duration > 0 else {
            finishEvents[step] = place.event
            return
        }
        if place.isMisfit { misfits &+= duration }
        let first = times[place.event] == place.start ? place.event : split(place.event, at: place.start)
        // The first half of a split event keeps its number.
        let last = place.last == place.event ? first : place.last
        let finish = finishes[step]
        let end = times[nextEvents[last]] == finish ? nextEvents[last] : split(last, at: finish)
        let demands = tables.demandOffsets[mode]..<tables.demandOffsets[mode &+ 1]
        var event = first
        while event != end {
            let base = event &* tables.resourceCount
            for demand in demands { free[base &+ tables.demandResources[demand]] &-= tables.demandAmounts[demand] }
            event = nextEvents[event]
        }
        finishEvents[step] = end
    }

    /// A new event behind `event`, with the same amounts.
    private func split(_ event: Int, at time: Int) -> Int {
        let new = eventCount
        eventCount &+= 1
        times[new] = time
        nextEvents[new] = nextEvents[event]
        nextEvents[event] = new
        let resources = tables.resourceCount
        for resource in 0..<resources {
            free[new &* resources &+ resource] = free[event &* resources &+ resource]
        }
        return new
    }

    /// By how much a step that was just put starts too late, and behind which step.
    private func lateness(_ step: Int) -> (units: Int, other: Int?) {
        var late = (units: max(0, starts[step] &- tables.latest[step]), other: Int?.none)
        for link in tables.before.offsets[step]..<tables.before.offsets[step &+ 1] {
            guard tables.before.maximums[link] < Int.max else { continue }
            let other = tables.before.others[link]
            let origin = tables.before.fromFinish[link] == 1 ? finishes[other] : starts[other]
            let units = starts[step] &- origin &- tables.before.maximums[link]
            if units > late.units { late = (units, other) }
        }
        return late
    }
}
