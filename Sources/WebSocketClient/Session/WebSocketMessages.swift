/// The messages of a connection, in order, up to and including `.close`.
///
/// One reader at a time; a second loop goes on where the first one stopped.
package struct WebSocketMessages: AsyncSequence, Sendable {
    let inbox: Inbox

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(inbox: inbox) }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let inbox: Inbox

        /// - Throws: ``WebSocketClientError``, `CancellationError`.
        package mutating func next() async throws -> WebSocketMessage? {
            try await inbox.next()
        }
    }
}
