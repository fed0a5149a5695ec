/// `KafkaClient` against C loops over the same librdkafka, on one broker.
struct KafkaPart {
    private static let partitions = 8
    /// Of one record.
    private static let bytes = 200

    let programs: Programs
    let rounds: Int

    func run() async throws -> Section {
        try await Backing.run(programs) { backing in
            let broker = backing.broker
            var section = Section(
                title: "KafkaClient against a C loop over librdkafka; embedded cluster of 3, 8 partitions"
            )
            for (senders, count) in [(1, 8_000), (256, 150_000)] {
                section.rows.append(try await sending(broker, senders, count))
            }
            section.rows.append(try await reading(broker))
            section.notes = ["acks=all, idempotent, \(Self.bytes) bytes; each send awaits its delivery report"]
            return section
        }
    }

    private func sending(_ broker: BrokerProcess, _ senders: Int, _ count: Int) async throws -> Row {
        var ours: [Double] = []
        var theirs: [Double] = []
        for round in 1...rounds {
            let topic = "send-\(senders)-\(round)"
            try await broker.createTopic(topic, partitions: Self.partitions)
            let load = ProducerLoad(broker: broker, topic: topic, bytes: Self.bytes)
            ours.append(try await load.run(senders: senders, count: count))
            let arguments = [broker.bootstrapServers, topic, String(senders), String(count), String(Self.bytes)]
            theirs.append(try await Tool.number("rate", programs.produce, arguments))
        }
        return row("send, \(senders) \(senders == 1 ? "sender" : "concurrent senders")", ours, theirs)
    }

    private func reading(_ broker: BrokerProcess) async throws -> Row {
        let topic = "read"
        let count = 300_000
        // More of them, for the embedded broker keeps only 5 MB of each.
        let partitions = 2 * Self.partitions
        try await broker.createTopic(topic, partitions: partitions)
        let load = ConsumerLoad(broker: broker, topic: topic)
        try await load.fill(count: count, bytes: Self.bytes, partitions: partitions)
        var ours: [Double] = []
        var theirs: [Double] = []
        for round in 1...rounds {
            ours.append(try await load.run(group: "swift-\(round)", count: count))
            let arguments = [broker.bootstrapServers, topic, "c-\(round)", String(count)]
            theirs.append(try await Tool.number("rate", programs.consume, arguments))
        }
        return row("read, one consumer", ours, theirs)
    }

    private func row(_ name: String, _ ours: [Double], _ theirs: [Double]) -> Row {
        let rate = ours.median ?? 0
        Console.say("kafka, \(name): \(Figure.rate(rate))/s")
        return Row(name, rate, against: "C", theirs.median ?? 0)
    }
}
