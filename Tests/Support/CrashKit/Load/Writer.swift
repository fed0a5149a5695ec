import AsyncPrimitives
import NovaTestKit

/// One client that changes its own flows, one command after the other, so that their order is known.
struct Writer {
    private let number: Int
    private let run: String
    private let shape: LoadShape
    private let sender: CommandSender
    private let history: History
    private var random: SplitMix64
    /// Flows that are there for sure: only those can be deleted without a refusal.
    private var stored: Set<String> = []
    private var sent = 0

    /// - Parameters:
    ///   - run: Begins the names of flows and keys, so that a second workload does not meet the first one's.
    ///   - seed: What is sent, in which order and to which gateway follows from it alone.
    init(number: Int, run: String, shape: LoadShape, sender: CommandSender, history: History, seed: UInt64) {
        self.number = number
        self.run = run
        self.shape = shape
        self.sender = sender
        self.history = history
        random = SplitMix64(seed: seed)
    }

    /// Returns when told to stop, when it has sent its most, when the history is full, or when cancelled.
    mutating func work(until stop: AsyncEvent) async {
        var left = shape.lastCommands
        while sent < shape.maximumCommands, !history.isFull, !Task.isCancelled {
            if stop.isSet {
                guard left > 0 else { return }
                left -= 1
            }
            await sendOne()
            do { try await Task.sleep(for: shape.pause) } catch { return }
        }
    }

    private mutating func sendOne() async {
        let flow = "\(run)-w\(number)-f\(random.below(shape.flowsPerWriter))"
        let kind = nextKind(flow)
        let key = "\(run)-\(number)-\(sent)"
        let waits = random.below(100) < shape.waiting
        // Who waits for a refusal is not told the job's id.
        let wait = waits && kind != .invalid ? 2 : 0
        sent += 1
        let noted = history.add(writer: number, kind: kind, flowID: flow, idempotencyKey: key)
        let command = LoadCommand(
            kind: kind,
            flowID: flow,
            idempotencyKey: key,
            wait: wait,
            seconds: shape.hardSeconds
        )
        let disposition = await sender.send(command, number: noted.id, firstGateway: random.below(1_000))
        note(kind, flow, disposition)
    }

    private mutating func nextKind(_ flow: String) -> SentCommand.Kind {
        var dice = random.below(100)
        let shares = [
            (SentCommand.Kind.invalid, shape.invalid), (.optimize, shape.optimizations), (.hard, shape.hard),
            (.delete, shape.deletes),
        ]
        for (kind, share) in shares {
            if dice < share { return kind == .delete && !stored.contains(flow) ? .store : kind }
            dice -= share
        }
        return .store
    }

    private mutating func note(_ kind: SentCommand.Kind, _ flow: String, _ disposition: CommandSender.Disposition) {
        switch (kind, disposition) {
        case (.store, .taken): stored.insert(flow)
        case (.delete, _): stored.remove(flow)
        default: break
        }
    }
}
