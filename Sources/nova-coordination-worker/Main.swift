import ArgumentParser
import WorkPoolWorker

@main
enum Main {
    static func main() async { await CoordinationWorker.main() }
}
