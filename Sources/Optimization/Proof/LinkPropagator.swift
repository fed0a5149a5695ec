/// Draws what links and durations say about starts and options.
struct LinkPropagator {
    let model: ProofModel

    /// Looks at all links of a step, or of the end; false: they can not all be kept.
    func propagate(_ node: Int, _ trail: inout BoundTrail) -> Bool {
        for number in model.edgesOf[node] {
            let edge = model.edges[number]
            guard edge.isMaximum ? keepMaximum(edge, &trail) : keepMinimum(edge, &trail) else { return false }
        }
        return true
    }

    /// Keeps that `to` is at least `from` + duration + lag.
    private func keepMinimum(_ edge: ProofModel.Edge, _ trail: inout BoundTrail) -> Bool {
        let shortest = edge.isFromFinish ? model.shortest(edge.from, trail) : 0
        let offset = shortest + edge.lag
        let excluded = excluded(edge, shortest, areShorter: true)
        guard keep(edge.to, behind: edge.from, by: offset, excluded, &trail) else { return false }
        guard excluded != nil else { return true }
        let room = trail.most(edge.to) - trail.least(edge.from) - edge.lag
        for mode in model.modes(of: edge.from) where model.durations[mode] > room && model.isPossible(mode, trail) {
            let begin = trail.least(edge.from)
            let reason = trail.store([
                .atLeast(edge.from, begin), .atMost(edge.to, begin + edge.lag + model.durations[mode] - 1),
            ])
            guard trail.raise(model.excluded(mode), reason) else { return false }
        }
        return true
    }

    /// Keeps that `to` is at most `from` + duration + lag.
    private func keepMaximum(_ edge: ProofModel.Edge, _ trail: inout BoundTrail) -> Bool {
        let longest = edge.isFromFinish ? model.longest(edge.from, trail) : 0
        let offset = -longest - edge.lag
        let excluded = excluded(edge, longest, areShorter: false)
        guard keep(edge.from, behind: edge.to, by: offset, excluded, &trail) else { return false }
        guard excluded != nil else { return true }
        let room = trail.least(edge.to) - trail.most(edge.from) - edge.lag
        for mode in model.modes(of: edge.from) where model.durations[mode] < room && model.isPossible(mode, trail) {
            let begin = trail.most(edge.from)
            let reason = trail.store([
                .atMost(edge.from, begin), .atLeast(edge.to, begin + edge.lag + model.durations[mode] + 1),
            ])
            guard trail.raise(model.excluded(mode), reason) else { return false }
        }
        return true
    }

    /// Keeps that `later` is at least `earlier` + offset.
    private func keep(
        _ later: Int,
        behind earlier: Int,
        by offset: Int,
        _ excluded: ExcludedModes?,
        _ trail: inout BoundTrail
    ) -> Bool {
        trail.raise(
            .atLeast(later, trail.least(earlier) + offset),
            .shift(source: Int32(2 * earlier), offset: offset, modes: excluded)
        )
            && trail.raise(
                .atMost(earlier, trail.most(later) - offset),
                .shift(source: Int32(2 * later + 1), offset: offset, modes: excluded)
            )
    }

    private func excluded(_ edge: ProofModel.Edge, _ duration: Int, areShorter: Bool) -> ExcludedModes? {
        guard edge.isFromFinish, model.hasChoice(edge.from) else { return nil }
        return ExcludedModes(step: Int32(edge.from), duration: duration, areShorter: areShorter)
    }
}
