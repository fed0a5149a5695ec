import Glibc
import KafkaClient

/// Three brokers of the embedded cluster in a process of their own, under orders from standard input.
///
/// Prints `ready BOOTSTRAP`, then answers each line with `ok` or `error REASON`. Ends at the end of its input, and so
/// with whoever started it, or by SIGTERM.
@main
enum TestBroker {
    static func main() throws {
        let brokers = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 0 : 3
        let cluster = try EmbeddedKafkaCluster(brokers: brokers)
        say("ready \(cluster.bootstrapServers)")
        while let line = readLine() {
            do {
                try Order(line).carryOut(on: cluster)
                say("ok")
            } catch {
                say("error \(error)")
            }
        }
    }

    private static func say(_ line: String) {
        print(line)
        // A pipe is not flushed line by line.
        fflush(nil)
    }
}
