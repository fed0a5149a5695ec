import NovaTestKit

/// Draws faults one after the other.
struct FaultMaker {
    private var random: SplitMix64
    private let gateways: Int
    private let workers: Int
    /// Until when each target is not touched again, in milliseconds.
    private var busyUntil: [String: Int] = [:]
    private var poisons = 0

    /// A killed worker's partitions come to others after its session, six seconds; then it is to have worked a while.
    private static let recovery = 7_000
    private static let workerPoints = [
        "worker.started", "worker.mid-handle", "worker.handled", "worker.completed", "worker.dead-lettered",
    ]
    private static let gatewayPoints = ["gateway.before-produce", "gateway.after-produce"]

    init(seed: UInt64, gateways: Int, workers: Int) {
        random = SplitMix64(seed: seed)
        self.gateways = gateways
        self.workers = workers
    }

    mutating func make(until end: Duration) -> [FaultSchedule.Entry] {
        var entries: [FaultSchedule.Entry] = []
        var at = random.milliseconds(500...2_000)
        while at < Int(end.components.seconds) * 1_000 {
            let (fault, length) = draw()
            if at >= busyUntil[fault.target] ?? 0 {
                entries.append(.init(at: .milliseconds(at), fault: fault, length: .milliseconds(length)))
                busyUntil[fault.target] = at + length + Self.recovery
            }
            at += random.milliseconds(400...2_500)
        }
        return entries
    }

    /// A fault, and how long it lasts in milliseconds.
    private mutating func draw() -> (Fault, Int) {
        switch random.below(100) {
        case ..<4: drawPoison()
        case ..<40: drawWorker()
        case ..<65: drawGateway()
        case ..<80: drawRedis()
        default: drawBroker()
        }
    }

    private mutating func drawWorker() -> (Fault, Int) {
        let number = random.below(workers)
        switch random.below(5) {
        case 0: return (.killWorker(number), random.milliseconds(0...2_000))
        case 1: return (.freezeWorker(number), random.milliseconds(300...3_000))
        // Past its session: others have its partitions when it is thawed.
        case 2: return (.freezeWorker(number), random.milliseconds(7_000...10_000))
        case 3: return (.stopWorker(number), random.milliseconds(0...1_000))
        default:
            let point = Self.workerPoints[random.below(Self.workerPoints.count)]
            return (.worker(number, diesAt: "\(point)=kill@\(1 + random.below(20))"), 15_000)
        }
    }

    /// It ends some six workers, one after the other's session; the next one may come afterwards.
    private mutating func drawPoison() -> (Fault, Int) {
        poisons += 1
        return (.poison(poisons), 40_000)
    }

    private mutating func drawGateway() -> (Fault, Int) {
        let number = random.below(gateways)
        switch random.below(3) {
        case 0: return (.killGateway(number), random.milliseconds(0...2_000))
        case 1: return (.freezeGateway(number), random.milliseconds(300...6_000))
        default:
            let point = Self.gatewayPoints[random.below(Self.gatewayPoints.count)]
            return (.gateway(number, diesAt: "\(point)=kill@\(1 + random.below(20))"), 6_000)
        }
    }

    private mutating func drawRedis() -> (Fault, Int) {
        random.below(2) == 0
            ? (.killRedis, random.milliseconds(0...1_500)) : (.freezeRedis, random.milliseconds(200...4_000))
    }

    private mutating func drawBroker() -> (Fault, Int) {
        let number = 1 + random.below(3)
        switch random.below(4) {
        case 0: return (.brokerDown(number), random.milliseconds(500...3_000))
        case 1:
            return (.brokerSlow(number, milliseconds: random.milliseconds(50...400)), random.milliseconds(500...3_000))
        // Produce requests answered with REQUEST_TIMED_OUT or NOT_ENOUGH_REPLICAS. Not NOT_ENOUGH_REPLICAS_AFTER_APPEND (20),
        // which says that the records were appended: the embedded broker appends none that it refuses, and a record could
        // be lost that no broker of that word would lose.
        case 2: return (.brokerErrors(apiKey: 0, code: random.below(2) == 0 ? 7 : 19, count: 1 + random.below(4)), 0)
        default: return (.moveCoordinator(number), 0)
        }
    }
}
