import NovaContract

/// What a worker answers to an optimization, as far as a person is shown it.
///
/// Members that are missing are left out of
/// the picture; a newer worker's members are passed over.
struct FlowResult: Sendable {
    struct Recommendation: Sendable, Equatable {
        let text: String
        /// Seconds.
        let saves: Double
    }

    let flowID: String
    /// Seconds.
    let makespan: Double
    let submittedMakespan: Double?
    let sequential: Double?
    let lowerBound: Double?
    let lowerBoundSource: String?
    let isOptimal: Bool
    let confidence: Double?
    let criticalPath: [String]
    /// Share of each resource in use, 0…1.
    let utilization: [(name: String, share: Double)]
    let schedule: [TimelineBar]
    let submittedSchedule: [TimelineBar]
    let recommendations: [Recommendation]
    /// Why there is nothing to recommend.
    let reason: String?
    /// What the search did: schedules tried, and why it ended.
    let iterations: Int?
    let stopped: String?

    /// Nil where `json` is no result of an optimization.
    init?(json: JSONValue) {
        guard let analytics = json["analytics"], let makespan = Self.seconds(analytics["makespan"]),
            let schedule = analytics["schedule"]?.arrayValue
        else { return nil }
        flowID = json["flow_id"]?.stringValue ?? ""
        self.makespan = makespan
        submittedMakespan = Self.seconds(analytics["baseline"]?["submitted"])
        sequential = Self.seconds(analytics["baseline"]?["sequential"])
        lowerBound = Self.seconds(analytics["lower_bound"])
        lowerBoundSource = analytics["lower_bound_source"]?.stringValue
        isOptimal = analytics["is_optimal"]?.boolValue ?? false
        confidence = json["confidence"]?.doubleValue
        criticalPath = (analytics["critical_path"]?.arrayValue ?? []).compactMap(\.stringValue)
        utilization = (analytics["utilization"]?.objectValue ?? [:])
            .compactMap { name, share in share.doubleValue.map { (name, $0) } }
            .sorted { ($1.share, $0.name) < ($0.share, $1.name) }
        self.schedule = schedule.compactMap(TimelineBar.init(json:))
        submittedSchedule = (analytics["submitted_schedule"]?.arrayValue ?? []).compactMap(TimelineBar.init(json:))
        recommendations = (json["optimizations"]?.arrayValue ?? []).compactMap(Self.recommendation)
            .sorted { $0.saves > $1.saves }
        reason = json["reason"]?.stringValue
        iterations = analytics["iterations"]?.intValue
        stopped = analytics["stopped"]?.stringValue
    }

    private static func recommendation(_ json: JSONValue) -> Recommendation? {
        guard let text = json["text"]?.stringValue ?? json["description"]?.stringValue else { return nil }
        return Recommendation(text: text, saves: seconds(json["saves_seconds"]) ?? 0)
    }

    private static func seconds(_ json: JSONValue?) -> Double? {
        json?.doubleValue.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
}

/// One step on the time axis.
struct TimelineBar: Sendable, Equatable {
    let step: String
    /// Seconds since the flow's begin.
    let start: Double
    let finish: Double
}

extension TimelineBar {
    init?(json: JSONValue) {
        guard let step = json["step"]?.stringValue, let start = json["start"]?.doubleValue,
            let finish = json["finish"]?.doubleValue, start.isFinite, finish.isFinite, start >= 0, finish >= start
        else { return nil }
        self.init(step: step, start: start, finish: finish)
    }
}
