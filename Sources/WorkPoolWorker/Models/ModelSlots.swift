/// How many tasks are in the hands of models: at most `total`, and of each model at most `each`.
struct ModelSlots {
    let total: Int
    let each: Int
    private var running: [String: Int] = [:]
    /// Those that have begun and wait for a slot again, which come before new ones.
    private var returning: [String: Int] = [:]

    init(total: Int, each: Int) {
        self.total = total
        self.each = each
    }

    /// For a new one.
    func isFree(_ model: String) -> Bool {
        returning[model, default: 0] == 0 && hasRoom(model)
    }

    private func hasRoom(_ model: String) -> Bool {
        running[model, default: 0] < each && running.values.reduce(0, +) < total
    }

    mutating func beginReturn(_ model: String) { returning[model, default: 0] += 1 }

    /// For one that has begun its return.
    mutating func takeAgain(_ model: String) -> Bool {
        guard hasRoom(model) else { return false }
        take(model)
        return true
    }

    /// It has its slot, or does not want it any more.
    mutating func endReturn(_ model: String) {
        let left = returning[model, default: 0] - 1
        returning[model] = left > 0 ? left : nil
    }

    mutating func take(_ model: String) { running[model, default: 0] += 1 }

    mutating func giveBack(_ model: String) {
        let left = running[model, default: 0] - 1
        running[model] = left > 0 ? left : nil
    }
}
