/// How many tasks are in the hands of models: at most `total`, and of each model at most `each`.
struct ModelSlots {
    let total: Int
    let each: Int
    private var running: [String: Int] = [:]

    init(total: Int, each: Int) {
        self.total = total
        self.each = each
    }

    func isFree(_ model: String) -> Bool {
        running[model, default: 0] < each && running.values.reduce(0, +) < total
    }

    mutating func take(_ model: String) { running[model, default: 0] += 1 }

    mutating func giveBack(_ model: String) {
        let left = running[model, default: 0] - 1
        running[model] = left > 0 ? left : nil
    }
}
