import ArgumentParser
import MemoryPoolWorker

@main
enum Main {
    static func main() async { await MemoryWorker.main() }
}
