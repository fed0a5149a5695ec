import ChildProcesses
import Foundation
import Logging
import Memory
import MemoryIndex
import MemoryPool
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient
import Testing

/// What is found first in ordinary use, one pair of texts and query for each way in which they may differ.
@Suite(.timeLimit(.minutes(2))) struct FoundFirstTests {
    private struct Pair {
        /// The older first.
        let stored: [String]
        let query: String
        /// Places of those that must come first, in this order.
        let first: [Int]
        /// Whether nothing else is found.
        let isAll: Bool

        init(_ stored: [String], _ query: String, _ first: [Int] = [0], isAll: Bool = false) {
            self.stored = stored
            self.query = query
            self.first = first
            self.isAll = isAll
        }
    }

    private static let pairs: [Pair] = [
        // Negations, numbers, and what is newer.
        Pair(["Ada is allergic to penicillin", "Ada is not allergic to penicillin"], "allergic penicillin", [1, 0]),
        Pair(
            ["Ada is allergic to penicillin", "Ada is no longer allergic to penicillin"],
            "allergic penicillin",
            [1, 0]
        ),
        Pair(["Ada verträgt Penicillin", "Ada verträgt kein Penicillin"], "Penicillin", [1, 0]),
        Pair(
            (1...10).map { "Invoice \(400 + $0) about \($0 * 17) euros is unpaid" },
            "invoice",
            [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
        ),
        Pair(["The meeting is in room 101", "The meeting is in room 202"], "meeting room", [1, 0]),
        Pair(["The office opens at nine", "The office opens at nine thirty"], "office opens", [1, 0]),
        // Elision.
        Pair(["Il est à l'hôpital", "Elle est au bureau"], "hôpital", isAll: true),
        Pair(["Qu’est-ce que l’été d’avant", "L'hiver"], "été", isAll: true),
        Pair(["Il arrive aujourd'hui", "Hui clos"], "aujourd’hui", isAll: true),
        Pair(["Lavora in dell'ufficio", "La casa"], "ufficio", isAll: true),
        Pair(["un'amica di Anna", "un gatto"], "amica", isAll: true),
        Pair(["Viu a l'escola d'art", "El cotxe"], "escola", isAll: true),
        // Scripts without spaces.
        Pair(["แมวกินปลา", "หมาวิ่งเร็ว"], "แมว", isAll: true),
        Pair(["ແມວກິນປາ", "ໝາແລ່ນໄວ"], "ແມວ", isAll: true),
        Pair(["ឆ្មាស៊ីត្រី", "ឡានលឿន"], "ត្រី"),
        Pair(["ကြောင်က ငါးစားတယ်", "ခွေးပြေးသည်"], "ငါး"),
        Pair(["茶を飲む", "水を飲む"], "茶", isAll: true),
        Pair(["茶が好きです", "水が好きです"], "茶を"),
        Pair(["我喜欢喝茶", "我喜欢喝酒"], "茶", isAll: true),
        Pair(["학교에 갔다", "병원에 갔다"], "학교", isAll: true),
        Pair(["물을 마신다", "불을 껐다"], "물", isAll: true),
        Pair(["학교를 떠났다", "집을 떠났다"], "학교에서"),
        // Common words, and capitals.
        Pair(["We have to be or not to be there", "The cat sleeps"], "to be or not to be", isAll: true),
        Pair(["It was late when they left", "IT department moved", "We told them about it"], "IT", [1]),
        Pair(["She takes vitamin D", "She takes vitamin A", "A vitamin is good"], "vitamin A", [1]),
        Pair(["Who called us?", "The WHO published guidelines", "They told us who it was"], "WHO", [1]),
        Pair(["Call us back", "US exports fell"], "US", [1]),
        // Parts of names, numbers with units, together and apart.
        Pair(["Fix getUserById in the service", "Fix setName in the service"], "user by id", isAll: true),
        Pair(["maxRetryCount is 3", "minDelay is 4"], "MAX_RETRY_COUNT", isAll: true),
        Pair(["set max-retry-count", "set min delay"], "maxRetryCount", isAll: true),
        Pair(["spring.datasource.url is wrong", "server.port is right"], "datasource url", isAll: true),
        Pair(["The parcel weighs 10kg", "The parcel weighs 12kg"], "10 kg"),
        Pair(["The parcel weighs 10 kg", "The parcel weighs 12 kg"], "10kg"),
        Pair(["A CPU of 5GHz", "A CPU of 3GHz"], "5 ghz"),
        Pair(["The Wi-Fi is down", "The lift is down"], "wifi", isAll: true),
        Pair(["The wifi is down", "The lift is down"], "wi fi", isAll: true),
        Pair(["The wi fi is down", "The lift is down"], "wifi", isAll: true),
        Pair(["Send me an e-mail", "Send me a letter"], "email", isAll: true),
        Pair(["Send me an email", "Send me a letter"], "e-mail", isAll: true),
        Pair(["The data base is slow", "The base of the tower"], "database"),
        Pair(["You have to log in first", "A log of wood"], "login"),
        // Letters folded.
        Pair(["Łukasz from Łódź", "Anna from Kraków"], "Lukasz Lodz", isAll: true),
        Pair(["Michal from Wroclaw", "Ewa from Krakow"], "Michał Wrocław", isAll: true),
        Pair(["Die Straße ist gesperrt", "Der Weg ist frei"], "Strasse", isAll: true),
        Pair(["Herr Müller ruft an", "Herr Meier ruft an"], "Mueller", isAll: true),
        Pair(["Herr Mueller ruft an", "Herr Meier ruft an"], "Müller", isAll: true),
        Pair(["Smørrebrød for lunch", "Soup for lunch"], "smorrebrod", isAll: true),
        Pair(["Ｆｕｌｌ ｗｉｄｔｈ", "half"], "full width", isAll: true),
        Pair(["cafe\u{301} noir", "thé vert"], "café", isAll: true),
        // Too short to tell the language.
        Pair(["Offene Rechnungen Müller", "Offene Fragen Meier"], "Rechnung", isAll: true),
        Pair(["Facturas pendientes García", "Cartas pendientes"], "factura", isAll: true),
        Pair(["Openstaande facturen Jansen", "Openstaande vragen"], "factuur", isAll: true),
        Pair(["Running shoes", "Walking boots"], "run", isAll: true),
    ]

    private static func withStore(_ body: (Store) async throws -> Void) async throws {
        try await withRedis { server in
            var logger = Logger(label: "memory-index-tests")
            logger.logLevel = .critical
            let redis = RedisClient(
                configuration: RedisConfiguration(port: server.port, commandDeadline: .seconds(30)),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger
            )
            do {
                try await body(
                    Store(redis: redis, catalog: NovaPools.catalog, keys: RedisKeys(prefix: uniqueName("t")))
                )
            } catch {
                await redis.close()
                throw error
            }
            await redis.close()
        }
    }

    /// Stores them so that the later ones are newer by days, and by their ids before the others.
    private static func put(_ texts: [(id: String, text: String)], _ space: MemorySpace) async throws {
        let memories = texts.enumerated().map { place, one -> JSONValue in
            let time = Timestamp.milliseconds() - Int64(texts.count - place) * 3 * 86_400_000
            return [
                "memory_id": .string(one.id), "content": ["text": .string(one.text)],
                "time": .string(Timestamp.string(milliseconds: time)),
            ]
        }
        for begin in stride(from: 0, to: memories.count, by: 100) {
            let some = Array(memories[begin..<min(begin + 100, memories.count)])
            let new = try NewMemories(batchID: "b", body: ["memories": .array(some)], source: .request)
            _ = try await space.put(new.memories, most: 10_000, jobID: UUIDv7.make())
        }
    }

    private static func find(_ query: String, _ replica: MemoryReplica) async throws -> [String] {
        let query = try MemoryQuery(body: ["content": ["text": .string(query)], "limit": 20], source: .request)
        return try await replica.run(MemorySearch(query, vector: nil, now: Timestamp.milliseconds())).matches.map(\.id)
    }

    @Test func whatIsMeantIsFoundFirst() async throws {
        #expect(Self.pairs.count >= 25)
        try await Self.withStore { store in
            for (number, pair) in Self.pairs.enumerated() {
                let space = store.memory(owner: "o", domain: "d\(number)")
                // By their ids the older would come first.
                try await Self.put(pair.stored.enumerated().map { ("m\($0 + 10)", $1) }, space)
                let replica = try MemoryReplica(space, model: nil)
                try await replica.synchronize()
                let found = try await Self.find(pair.query, replica)
                let expected = pair.first.map { "m\($0 + 10)" }
                #expect(Array(found.prefix(expected.count)) == expected, "\(pair.query) in \(pair.stored): \(found)")
                if pair.isAll { #expect(found.count == expected.count, "\(pair.query) in \(pair.stored): \(found)") }
            }
        }
    }

    @Test func whatIsMeantIsFoundFirstAlsoAmongAllOthers() async throws {
        // Without those that ask for the same in other texts.
        let pairs = Self.pairs.enumerated().filter { number, pair in
            Self.pairs.enumerated().allSatisfy { $0 == number || Set($1.stored).isDisjoint(with: pair.stored) }
                && pair.first.count == 1
        }
        try await Self.withStore { store in
            let space = store.memory(owner: "o", domain: "d")
            let texts = pairs.flatMap { number, pair in
                pair.stored.enumerated().map { (id: "p\(number)-\($0)", text: $1) }
            }
            try await Self.put(texts, space)
            let replica = try MemoryReplica(space, model: nil)
            try await replica.synchronize()
            var missed: [String] = []
            for (number, pair) in pairs {
                let found = try await Self.find(pair.query, replica)
                if !found.prefix(3).contains("p\(number)-\(pair.first[0])") { missed.append("\(pair.query): \(found)") }
            }
            #expect(missed.isEmpty, "\(missed)")
        }
    }

    @Test func whatWouldStopAReplicaDoesNot() async throws {
        try await Self.withStore { store in
            let space = store.memory(owner: "o", domain: "d")
            let name = String(repeating: "n", count: 500_000)
            let contents: [JSONValue] = [
                [name: .array((0..<100_000).map { _ in 1 })], ["v": -9_223_372_036_854_776_000.0],
                ["v": .integer(.min)], ["v": .literal("18446744073709551615")],
                (0..<90).reduce(["text": "bottom"]) { inner, _ in ["a": inner] }, ["text": "found beside them"],
            ]
            let new = try NewMemories(
                batchID: "b",
                body: ["memories": .array(contents.map { ["content": $0] })],
                source: .request
            )
            _ = try await space.put(new.memories, most: 100, jobID: "1")
            let replica = try MemoryReplica(space, model: nil)
            try await replica.synchronize()
            #expect(try await Self.find("beside", replica) == ["b.6"])
            #expect(try await Self.find("bottom", replica) == ["b.5"])
            #expect(try await Self.find("18446744073709551615", replica) == ["b.4"])
            for content in contents {
                guard let query = try? MemoryQuery(body: ["content": content], source: .request) else {
                    // What is too much for a query.
                    #expect(content.jsonBytes.count > MemoryQuery.maximumContent)
                    continue
                }
                _ = try await replica.run(MemorySearch(query, vector: [.infinity], now: .max))
                _ = try await replica.run(MemorySearch(query, vector: nil, importanceHalfLife: 1, now: .min))
            }
        }
    }

    /// Folder of long conversations (LoCoMo, as `nova-bench` reads them), where there is one.
    private static let conversations = ProcessInfo.processInfo.environment["NOVA_LONG_CONVERSATIONS"] ?? ""

    /// The same as `make bench-memory` measures, without its processes.
    @Test(.enabled(if: !conversations.isEmpty)) func answersInLongConversationsAreFoundAsOftenAsBefore() async throws {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "h:mm a 'on' d MMMM, yyyy"
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.conversations).sorted()
        var (recall, questions) = (0.0, 0)
        try await Self.withStore { store in
            for name in names where name.hasSuffix(".json") {
                let data = try Data(contentsOf: URL(filePath: Self.conversations + "/" + name))
                let file = try JSONValue(parsing: data)
                let memories = (file["memories"]?.arrayValue ?? []).map { turn -> JSONValue in
                    var memory: JSONObject = [
                        "memory_id": turn["id"] ?? .null,
                        "content": [
                            "speaker": turn["speaker"] ?? .null, "text": turn["text"] ?? .null,
                            "time": turn["time"] ?? .null,
                        ],
                        "context": ["conversation": .string(name)],
                    ]
                    if let date = turn["time"]?.stringValue.flatMap(format.date(from:)) {
                        memory["time"] = .string(Timestamp.string(date))
                    }
                    return .object(memory)
                }
                let space = store.memory(owner: "o", domain: name)
                for begin in stride(from: 0, to: memories.count, by: 500) {
                    let some = Array(memories[begin..<min(begin + 500, memories.count)])
                    let new = try NewMemories(batchID: "b", body: ["memories": .array(some)])
                    _ = try await space.put(new.memories, most: 10_000, jobID: UUIDv7.make())
                }
                let replica = try MemoryReplica(space, model: nil)
                try await replica.synchronize()
                for question in file["questions"]?.arrayValue ?? [] {
                    let evidence = Set(question["evidence"]?.arrayValue?.compactMap(\.stringValue) ?? [])
                    guard !evidence.isEmpty, let text = question["question"]?.stringValue else { continue }
                    let found = try await Self.find(text, replica).prefix(10)
                    recall += Double(evidence.intersection(found).count) / Double(evidence.count)
                    questions += 1
                }
            }
        }
        let mean = recall / Double(max(1, questions))
        print("recall@10 \(mean) of \(questions) questions")
        #expect(mean >= 0.69, "\(mean) of \(questions) questions")
    }
}
