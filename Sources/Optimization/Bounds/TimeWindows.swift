/// What links, releases and shortest options say about when each step can run.
struct TimeWindows: Sendable {
    /// No step can start earlier.
    let heads: [Int]
    /// Between the start of each step and the end of the last there is at least so much.
    let tails: [Int]
    /// No schedule is shorter.
    let length: Int

    init(_ network: Network) {
        let durations = (0..<network.count).map { step in
            network.modes.of(step).reduce(Int.max) { min($0, network.modes.durations[$1]) }
        }
        self.init(network, durations: durations.map { $0 == Int.max ? 0 : $0 })
    }

    /// - Parameter durations: by step.
    init(_ network: Network, durations: [Int]) {
        var heads = network.releases
        for step in 0..<network.count {
            for link in network.links.before[step] {
                let lag = link.minimum + (link.isFromFinish ? durations[link.other] : 0)
                heads[step] = max(heads[step], heads[link.other] + lag)
            }
        }
        var tails = durations
        for step in (0..<network.count).reversed() {
            for link in network.links.after[step] {
                let lag = link.minimum + (link.isFromFinish ? durations[step] : 0)
                tails[step] = max(tails[step], lag + tails[link.other])
            }
        }
        self.heads = heads
        self.tails = tails
        length = (0..<network.count).reduce(network.begunFinish) { max($0, heads[$1] + tails[$1]) }
    }

    /// Between the finish of each step and the end of the last there is at least so much, whatever its option.
    func tailsBehindFinish(_ network: Network) -> [Int] {
        (0..<network.count).map { step in
            let longest = network.modes.of(step).reduce(0) { max($0, network.modes.durations[$1]) }
            return network.links.after[step].reduce(0) { tail, link in
                let lag = link.isFromFinish ? link.minimum : link.minimum - longest
                return max(tail, lag + tails[link.other])
            }
        }
    }
}
