import Glibc
import KafkaClient
import NovaTestKit

/// One line of standard input.
enum Order {
    case topic(String, partitions: Int)
    case down(Int32)
    case up(Int32)
    case coordinator(group: String, broker: Int32)
    case leader(KafkaTopicPartition, broker: Int32)
    case errors(apiKey: Int16, code: Int32, count: Int)
    case delay(broker: Int32, milliseconds: Int32)

    struct NotUnderstood: Error, CustomStringConvertible {
        let line: String
        var description: String { "not understood: \(line)" }
    }

    init(_ line: String) throws {
        guard let order = Order(words: line.split(separator: " ").map(String.init)) else {
            throw NotUnderstood(line: line)
        }
        self = order
    }

    private init?(words: [String]) {
        let numbers = words.map { Int32($0) }
        switch (words.first, words.count) {
        case ("topic", 3):
            guard let partitions = numbers[2] else { return nil }
            self = .topic(words[1], partitions: Int(partitions))
        case ("down", 2):
            guard let broker = numbers[1] else { return nil }
            self = .down(broker)
        case ("up", 2):
            guard let broker = numbers[1] else { return nil }
            self = .up(broker)
        case ("coordinator", 4):
            guard words[1] == "group", let broker = numbers[3] else { return nil }
            self = .coordinator(group: words[2], broker: broker)
        case ("leader", 4):
            guard let partition = numbers[2], let broker = numbers[3] else { return nil }
            self = .leader(KafkaTopicPartition(topic: words[1], partition: partition), broker: broker)
        case ("errors", 4):
            guard let apiKey = Int16(words[1]), let code = numbers[2], let count = numbers[3] else { return nil }
            self = .errors(apiKey: apiKey, code: code, count: Int(count))
        case ("delay", 3):
            guard let broker = numbers[1], let milliseconds = numbers[2] else { return nil }
            self = .delay(broker: broker, milliseconds: milliseconds)
        default:
            return nil
        }
    }

    func carryOut(on cluster: EmbeddedKafkaCluster) throws {
        switch self {
        case .topic(let name, let partitions): try cluster.createTopic(name, partitions: partitions)
        case .down(let broker): try cluster.brokerDown(broker)
        case .up(let broker):
            while !BrokerPorts.areFree(cluster.bootstrapServers, broker: broker) { usleep(10_000) }
            try cluster.brokerUp(broker)
        case .coordinator(let group, let broker): try cluster.setCoordinator(group: group, broker: broker)
        case .leader(let place, let broker): try cluster.setLeader(place, broker: broker)
        case .errors(let apiKey, let code, let count):
            try cluster.pushRequestErrors(apiKey: apiKey, code: code, count: count)
        case .delay(let broker, let milliseconds): try cluster.setRoundTripTime(milliseconds, broker: broker)
        }
    }
}
