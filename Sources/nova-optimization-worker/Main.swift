import ArgumentParser
import FlowPoolWorker

@main
enum Main {
    static func main() async { await OptimizationWorker.main() }
}
