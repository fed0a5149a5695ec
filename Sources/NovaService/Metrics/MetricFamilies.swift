/// What a metric is, as its TYPE line says.
enum MetricKind: String {
    case counter, gauge, histogram

    /// The names of all samples that a metric of this kind and name has.
    func sampleNames(of name: String) -> [String] {
        self == .histogram ? [name, name + "_bucket", name + "_sum", name + "_count"] : [name]
    }
}

/// All series of one metric.
struct MetricFamily {
    let kind: MetricKind
    /// The label it was first asked for with, before it was made a Prometheus name.
    let label: String
    /// By their labels as they stand between the braces.
    var series: [String: any MetricSeries] = [:]
    /// How many handlers were refused.
    var refused = 0
}

/// Decides which series there are; knows neither locks nor text.
struct MetricFamilies {
    private(set) var byName: [String: MetricFamily] = [:]
    /// Which metric each sample name belongs to: `x_count` cannot be a counter and a part of the histogram `x` at once.
    private var owners: [String: String] = [:]
    private let seriesLimit: Int

    init(seriesLimit: Int) {
        self.seriesLimit = seriesLimit
    }

    /// The series with this key, made if there is none yet; nil, and counted as refused, when the metric has all the
    /// series it may have or the name is taken by another kind.
    mutating func series<Series: MetricSeries>(
        _ kind: MetricKind,
        _ key: SeriesKey,
        label: String,
        make: (SeriesKey) -> Series
    ) -> Series? {
        guard claim(key.name, for: kind, label: label), let family = byName[key.name] else { return nil }
        if let existing = family.series[key.labels] {
            // One kind has one type of series, so the cast holds.
            return existing as? Series
        }
        guard family.series.count < seriesLimit else {
            byName[key.name]?.refused += 1
            return nil
        }
        let series = make(key)
        byName[key.name]?.series[key.labels] = series
        return series
    }

    /// Forgets a series; the metric keeps its name and kind.
    mutating func remove(_ series: any MetricSeries) {
        guard byName[series.key.name]?.series[series.key.labels] === series else { return }
        byName[series.key.name]?.series[series.key.labels] = nil
    }

    /// Makes sure that the metric exists with this kind and no other metric has samples of the same name.
    private mutating func claim(_ name: String, for kind: MetricKind, label: String) -> Bool {
        if let family = byName[name] {
            guard family.kind != kind else { return true }
            byName[name]?.refused += 1
            return false
        }
        let samples = kind.sampleNames(of: name)
        for sample in samples {
            guard let owner = owners[sample] else { continue }
            byName[owner]?.refused += 1
            return false
        }
        for sample in samples { owners[sample] = name }
        byName[name] = MetricFamily(kind: kind, label: label)
        return true
    }
}
