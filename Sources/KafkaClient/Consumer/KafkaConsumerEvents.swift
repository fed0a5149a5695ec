/// What a consumer tells, in order, to one reader at a time.
///
/// Ends when the consumer is closed or the reading task cancelled. Throws when librdkafka reports a fatal error (a
/// static member fenced by another with its name), after which the consumer can only be closed.
package struct KafkaConsumerEvents: AsyncSequence, Sendable {
    package typealias Element = KafkaConsumerEvent
    package typealias Failure = KafkaError

    let buffer: ConsumerBuffer

    package func makeAsyncIterator() -> Iterator {
        Iterator(reader: Reader(buffer: buffer))
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: Reader

        package mutating func next() async throws(KafkaError) -> KafkaConsumerEvent? {
            switch await reader.buffer.next() {
            case .event(let event): return event
            case .failure(let error): throw error
            case .end: return nil
            }
        }
    }

    /// Lives as long as the iterator and its copies: without it nobody will read on.
    fileprivate final class Reader: Sendable {
        let buffer: ConsumerBuffer

        init(buffer: ConsumerBuffer) {
            self.buffer = buffer
        }

        deinit {
            buffer.readerLeft()
        }
    }
}
