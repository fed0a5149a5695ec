import NovaClient
import NovaContract

/// The line that tells how far a search is.
struct DemoProgress {
    private var best: Double?
    private(set) var isMilestone = false

    /// The line after an event; `isMilestone` tells whether it is news to one who reads line by line.
    mutating func line(after event: NovaEvent) -> String {
        guard event.name == "job.progress", let progress = event.data.value["progress"] else {
            isMilestone = true
            return String(event.name.dropFirst("job.".count))
        }
        let details = progress["details"]
        let makespan = details?["makespan"]?.doubleValue
        isMilestone = makespan != best
        best = makespan
        var parts: [String] = []
        if let fraction = progress["fraction"]?.doubleValue { parts.append(SpanText.percent(fraction)) }
        if let makespan { parts.append("shortest so far \(SpanText.of(makespan))") }
        if let bound = details?["lower_bound"]?.doubleValue { parts.append("at least \(SpanText.of(bound))") }
        if let tried = details?["iterations"]?.intValue { parts.append("\(tried) schedules tried") }
        if parts.count < 2 { parts.append(progress["message"]?.stringValue ?? "") }
        return TextLayout.printable(parts.joined(separator: ", "))
    }
}
