import Foundation

/// What a run depends on beside its options.
enum Conditions {
    static var text: String {
        let info = ProcessInfo.processInfo
        return """
            date         \(Date().formatted(.iso8601))
            cores        \(info.activeProcessorCount), load \(load)
            memory       \(info.physicalMemory >> 20) MiB
            system       \(info.operatingSystemVersionString)
            build        \(isDebug ? "debug" : "release")

            """
    }

    private static var load: String {
        var values = [Double](repeating: 0, count: 3)
        getloadavg(&values, 3)
        return values.map { $0.formatted(.number.precision(.fractionLength(1))) }.joined(separator: " ")
    }

    private static var isDebug: Bool {
        #if DEBUG
        true
        #else
        false
        #endif
    }
}
