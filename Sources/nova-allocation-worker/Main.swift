import ArgumentParser
import ResourcePoolWorker

@main
enum Main {
    static func main() async { await AllocationWorker.main() }
}
