import Foundation
import NovaContract

/// Conversations with questions and the turns that answer them: files of LoCoMo, in a form of their own.
struct LongConversations {
    struct Conversation {
        let name: String
        /// As `memories[]` of a batch.
        let memories: [JSONValue]
        let questions: [(text: String, evidence: Set<String>)]
    }

    let conversations: [Conversation]

    /// Nil where there is no such folder.
    init?(folder: String) throws {
        guard FileManager.default.fileExists(atPath: folder) else { return nil }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
            .sorted()
        conversations = try names.map { name in
            let data = try Data(contentsOf: URL(filePath: folder + "/" + name))
            return Self.conversation(name, try JSONValue(parsing: data))
        }
        guard !conversations.isEmpty else { return nil }
    }

    private static func conversation(_ name: String, _ file: JSONValue) -> Conversation {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "h:mm a 'on' d MMMM, yyyy"
        let turns = file["memories"]?.arrayValue ?? []
        let memories = turns.map { turn -> JSONValue in
            var memory: JSONObject = [
                "memory_id": turn["id"] ?? .null,
                "content": [
                    "speaker": turn["speaker"] ?? .null, "text": turn["text"] ?? .null, "time": turn["time"] ?? .null,
                ],
                "context": ["conversation": .string(name)],
            ]
            if let date = turn["time"]?.stringValue.flatMap(format.date(from:)) {
                memory["time"] = .string(Timestamp.string(date))
            }
            return .object(memory)
        }
        let questions = (file["questions"]?.arrayValue ?? []).map { question in
            (
                question["question"]?.stringValue ?? "",
                Set(question["evidence"]?.arrayValue?.compactMap(\.stringValue) ?? [])
            )
        }
        return Conversation(name: name, memories: memories, questions: questions.filter { !$0.1.isEmpty })
    }
}
