import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NovaContract

extension LLMClient {
    /// Vectors of texts, in their order, all of one length: POST `/embeddings`.
    ///
    /// One request; whoever asks for what can wait asks again.
    ///
    /// - Throws: `LLMError`, at the latest by `deadline`; `CancellationError`.
    package func embeddings(of texts: [String], model: String, deadline: ContinuousClock.Instant) async throws
        -> [[Float]]
    {
        guard !texts.isEmpty else { return [] }
        let body: JSONValue = ["model": .string(model), "input": JSONValue(texts), "encoding_format": "float"]
        return try await admitted(by: deadline) {
            let answer = try await self.post("/embeddings", body)
            return try Self.vectors(answer, count: texts.count)
        }
    }

    private static func vectors(_ answer: JSONValue, count: Int) throws -> [[Float]] {
        let entries = answer["data"]?.arrayValue ?? []
        guard entries.count == count else {
            throw LLMError.malformed("\(entries.count) vectors came for \(count) texts")
        }
        var vectors = [[Float]](repeating: [], count: count)
        for (place, entry) in entries.enumerated() {
            let index = entry["index"]?.intValue ?? place
            guard vectors.indices.contains(index), let numbers = entry["embedding"]?.arrayValue else {
                throw LLMError.malformed("entry \(place) has no embedding of a text that was sent")
            }
            vectors[index] = numbers.compactMap { $0.doubleValue.map { Float($0) } }
            guard vectors[index].count == numbers.count, vectors[index].allSatisfy(\.isFinite) else {
                throw LLMError.malformed("embedding \(index) is not all numbers")
            }
        }
        guard let length = vectors.first?.count, length > 0, vectors.allSatisfy({ $0.count == length }) else {
            throw LLMError.malformed("the embeddings are not of one length")
        }
        return vectors
    }
}
