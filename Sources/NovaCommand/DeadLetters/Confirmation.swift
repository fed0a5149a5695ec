import Dispatch

/// Asks the person at the terminal before something that cannot be taken back.
enum Confirmation {
    /// Reads one line; nil at the end of the input.
    ///
    /// Tests put their answer in its place.
    @TaskLocal static var read: @Sendable () async -> String? = readInput

    /// Whether the answer was yes.
    static func ask(_ question: String) async -> Bool {
        Console.current.note("\(question) [y/N]")
        let answer = await read()?.lowercased().split(separator: " ").first
        return answer == "y" || answer == "yes"
    }

    /// Blocks a thread of its own, not the caller's; ends with the process.
    @Sendable private static func readInput() async -> String? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: readLine()) }
        }
    }
}
