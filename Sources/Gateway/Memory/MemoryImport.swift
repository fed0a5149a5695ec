import HTTPTypes
import HummingbirdCore
import Memory
import MemoryPool
import NIOCore
import NovaAPI
import NovaContract
import NovaStore

/// Takes memories as JSON lines, as an export writes them, and stores them some hundred at a time, in their order.
///
/// Each part is a command of its own, and counts as a request. With an `Idempotency-Key` a part that was stored before is
/// not stored again, so that a broken import is sent again from its beginning; without one, it goes on after `skip` lines.
struct MemoryImport: Sendable {
    let commands: CommandService
    let keyRing: KeyRing
    let overload: Overload
    let transfers: MemoryTransfers

    static let skip = QueryParameter("skip", .integer(0...mostSkipped), standard: 0)
    /// Lines that may be passed over at the beginning: more than any file has.
    private static let mostSkipped = 1_000_000_000_000

    /// For one part.
    ///
    /// While it waits nothing is read, and a connection on which nothing is read is closed after
    /// `http.idle_timeout`, by default 75 s.
    private static let patience = Duration.seconds(60)
    private static let mostMemories = NewMemories.maximumMemories
    /// Of the lines of one part, and of one line.
    private static let partBytes = 4 << 20
    private static let lineBytes = 2 << 20

    /// What was done so far.
    private struct State {
        var memories: [JSONValue] = []
        var ids: Set<String> = []
        var bytes = 0
        /// The last line of the part, and of what is stored.
        var line = 0
        var storedTo = 0
        var parts = 0
        var stored = 0
    }

    func handle(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.write, area: "memory"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let skip = call.facts.query["skip"].flatMap { Int($0) } ?? 0
        try call.body.checkEncoding()
        let place = try transfers.enter(key.owner)
        defer { withExtendedLifetime(place) {} }
        var lines = JSONLines(limit: Self.lineBytes)
        var state = State(storedTo: skip)
        call.body.ask()
        for try await part in call.body.body {
            let whole: [(number: Int, bytes: [UInt8])]
            do {
                whole = try lines.take(part.readableBytesView)
            } catch {
                try await store(call, key, domain, &state)
                throw Self.error(
                    NovaError(.payloadTooLarge, "may have at most \(Self.lineBytes) bytes"),
                    line: lines.count + 1,
                    state
                )
            }
            for line in whole where line.number > skip { try await take(line, call, key, domain, &state) }
        }
        if let line = lines.finish(), line.number > skip { try await take(line, call, key, domain, &state) }
        try await store(call, key, domain, &state)
        return .json([
            "lines": JSONValue(lines.count), "stored": JSONValue(state.stored), "parts": JSONValue(state.parts),
            "timestamp": .string(Timestamp.string()),
        ])
    }

    // MARK: - Lines

    private func take(
        _ line: (number: Int, bytes: [UInt8]),
        _ call: Call,
        _ key: APIKey,
        _ domain: String,
        _ state: inout State
    ) async throws {
        let memory: JSONValue
        do {
            memory = try Self.memory(line.bytes)
        } catch {
            // What came before is stored, so that it need not be sent again.
            try await store(call, key, domain, &state)
            throw Self.error(error, line: line.number, state)
        }
        let id = memory["memory_id"]?.stringValue ?? ""
        let isFull =
            state.memories.count == Self.mostMemories || state.bytes + line.bytes.count > Self.partBytes
            || state.ids.contains(id)
        if isFull { try await store(call, key, domain, &state) }
        guard call.body.hold.take(line.bytes.count) else {
            throw Self.error(overload.refusal(.bodies), line: line.number, state)
        }
        state.memories.append(memory)
        state.ids.insert(id)
        state.bytes += line.bytes.count
        state.line = line.number
    }

    /// The memory of a line as it is to be stored.
    ///
    /// The same line is always the same, so that a part that was stored before is known again.
    static func memory(_ bytes: [UInt8]) throws(NovaError) -> JSONValue {
        let value: JSONValue
        do {
            value = try BodyReader.parse(bytes)
        } catch {
            throw NovaError(.validationError, "is not valid JSON", details: error.details)
        }
        guard case .object(var members) = value else {
            throw NovaError(.validationError, "must be an object with memory_id and content, not \(value.kindName)")
        }
        guard members["memory_id"]?.stringValue != nil else {
            throw NovaError(.validationError, "memory_id is required")
        }
        var validator = Validator(.request)
        validator.known(members, Self.members + Self.told, at: .root)
        if let fault = validator.details.first {
            throw NovaError(.validationError, "\(fault.pointer) \(fault.message)")
        }
        if let archived = members["archived_at"], archived != .null { members["archived"] = true }
        let kept = members.filter { Self.members.contains($0.key) && $0.value != .null }
        // What is wrong is said of its line.
        do {
            _ = try NewMemories(batchID: "import", body: ["memories": [.object(kept)]], source: .request)
        } catch {
            let first = error.details.first
            let place = first.map { String($0.pointer.description.dropFirst("/memories/0".count)) } ?? ""
            throw NovaError(error.code, "\(place.isEmpty ? "it" : place) \(first?.message ?? error.message)")
        }
        return .object(kept)
    }

    private static let members = NewMemories.members.filter { $0 != "domain" }
    /// What an export tells besides, and an import passes over or reads otherwise.
    private static let told = [
        "domain", "version", "created_at", "updated_at", "archived_at", "used_at", "cursor",
    ]

    // MARK: - Parts

    private func store(_ call: Call, _ key: APIKey, _ domain: String, _ state: inout State) async throws {
        defer { call.body.hold.release() }
        guard !state.memories.isEmpty else {
            state.storedTo = max(state.storedTo, state.line)
            return
        }
        let body = (["memories": .array(state.memories)] as JSONValue).jsonBytes
        let deadline = ContinuousClock.now + Self.patience
        // Of the jobs with this part that have failed, whose keys are used up.
        var failed = 0
        while true {
            // A key that is revoked, or changed, meanwhile stores no more.
            let key = try await keyRing.recheck(key)
            let claim = try Self.claim(call, domain, attempt: failed, body)
            let (ending, isRepeated) = try await commands.handle(
                MemoryCommands.importLines.kind,
                domain: domain,
                key: key,
                body: body,
                idempotency: claim,
                until: deadline
            )
            switch ending {
            case .completed(_, let result):
                state.parts += 1
                state.stored += try JSONValue(parsing: Array(result))["orchestration"]?["stored"]?.intValue ?? 0
                state.storedTo = state.line
                (state.memories, state.ids, state.bytes) = ([], [], 0)
                return
            case .failed where isRepeated && failed < Self.mostFailed:
                failed += 1
            case .failed(_, let error):
                let pause = Duration.seconds(error.retryAfter ?? 1)
                let mayPass = error.code == .rateLimitExceeded || error.code == .serviceUnavailable
                guard mayPass, .now + pause < deadline else {
                    throw Self.error(error, line: state.storedTo + 1, state)
                }
                try await Task.sleep(for: pause)
            case .pending(let id):
                throw Self.error(
                    NovaError(.serviceUnavailable, "was not stored in time (job \(id))", retryAfter: 5),
                    line: state.storedTo + 1,
                    state
                )
            }
        }
    }

    private static let mostFailed = 100

    private static func claim(
        _ call: Call,
        _ domain: String,
        attempt: Int,
        _ body: [UInt8]
    ) throws(NovaError) -> IdempotencyClaim? {
        try IdempotencyKey.claim(
            call.facts.headers,
            method: call.facts.method,
            path: call.facts.path,
            domain: domain,
            attempt: attempt,
            body: body
        )
    }

    private static func error(_ cause: NovaError, line: Int, _ state: State) -> NovaError {
        let next =
            state.storedTo == 0
            ? "nothing is stored" : "the lines up to \(state.storedTo) are stored: go on with skip=\(state.storedTo)"
        return NovaError(
            cause.code,
            "line \(line): \(cause.message); \(next)",
            details: [.init(JSONPointer("/lines").appending(line), cause.message)],
            retryAfter: cause.retryAfter
        )
    }
}
