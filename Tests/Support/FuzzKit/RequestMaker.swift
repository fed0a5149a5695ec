import DocumentKit
import NovaContract
import NovaTestKit

/// Makes requests: valid ones of any operation, of which nearly all are then changed.
struct RequestMaker: Sendable {
    let document: OpenAPIDocument
    private let samples: SampleMaker

    init(document: OpenAPIDocument) {
        self.document = document
        samples = SampleMaker(components: document.components)
    }

    func request(_ random: inout SplitMix64) -> FuzzRequest {
        let operation = document.operations[random.below(document.operations.count)]
        var request = valid(operation, &random)
        // Some stay as they are: what they leave behind is what others meet.
        guard random.below(5) > 0 else { return request }
        for _ in 0...random.below(3) { change(&request, operation, &random) }
        return request
    }

    private func valid(_ operation: OpenAPIDocument.Operation, _ random: inout SplitMix64) -> FuzzRequest {
        let segments = operation.segments.map { segment in
            segment.hasPrefix("{") ? FuzzRequest.encoded(SampleMaker.names[random.below(5)]) : segment
        }
        var request = FuzzRequest(method: operation.method, path: "/" + segments.joined(separator: "/"))
        for parameter in operation.parameters where parameter.place == "query" && random.below(4) == 0 {
            request.query.append(.init(name: parameter.name, value: text(parameter.schema, parameter.name, &random)))
        }
        if let body = operation.body {
            let isExample = body.example != nil && random.below(2) == 0
            let value = isExample ? body.example ?? [:] : samples.value(body.schema, &random)
            request.body = FuzzValue(Self.hasty(value))
        }
        request.headers.append(.init(name: "Prefer", value: random.below(3) == 0 ? "wait=2" : "respond-async"))
        return request
    }

    /// Without what would make the server wait, or search for minutes, because it was asked to.
    private static func hasty(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map(hasty))
        case .object(let members):
            var result = members.mapValues(hasty)
            for (name, most) in [("wait", 0.0), ("time_limit", 0.05), ("iterations", 100), ("threads", 1)] {
                if let number = result[name]?.doubleValue, number > most { result[name] = JSONValue(most) }
            }
            return .object(result)
        default: return value
        }
    }

    private func text(_ schema: JSONValue, _ name: String, _ random: inout SplitMix64) -> String {
        let value = samples.value(schema, &random, name: name)
        return value.stringValue ?? value.jsonString
    }

    // MARK: - Changes

    private func change(
        _ request: inout FuzzRequest,
        _ operation: OpenAPIDocument.Operation,
        _ random: inout SplitMix64
    ) {
        switch random.below(10) {
        case 0: changePath(&request, operation, &random)
        case 1: changeQuery(&request, operation, &random)
        case 2: changeHeaders(&request, &random)
        default:
            if let body = request.body {
                request.body = changed(body, &random)
            } else {
                changeQuery(&request, operation, &random)
            }
        }
    }

    private func changePath(
        _ request: inout FuzzRequest,
        _ operation: OpenAPIDocument.Operation,
        _ random: inout SplitMix64
    ) {
        let places = operation.segments.indices.filter { operation.segments[$0].hasPrefix("{") }
        if random.below(20) == 0 || places.isEmpty {
            request.method = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO", "TRACE"][random.below(8)]
            return
        }
        var segments = request.path.split(separator: "/").map(String.init)
        let text = FuzzRequest.encoded(String(HostileValues.text(&random).prefix(3_000)))
        segments[places[random.below(places.count)]] = text.isEmpty ? "%20" : text
        request.path = "/" + segments.joined(separator: "/")
    }

    private func changeQuery(
        _ request: inout FuzzRequest,
        _ operation: OpenAPIDocument.Operation,
        _ random: inout SplitMix64
    ) {
        let names = operation.parameters.filter { $0.place == "query" }.map(\.name) + ["domain", "LIMIT", "x-own"]
        let name = names[random.below(names.count)]
        let value: String
        switch random.below(3) {
        case 0: value = HostileValues.numbers[random.below(HostileValues.numbers.count)]
        case 1: value = String(HostileValues.text(&random).prefix(1_000))
        default: value = SampleMaker.names[random.below(SampleMaker.names.count)]
        }
        request.query.append(.init(name: name, value: value))
        if random.below(8) == 0 { request.query.append(.init(name: name, value: value)) }
    }

    private func changeHeaders(_ request: inout FuzzRequest, _ random: inout SplitMix64) {
        let names = [
            "Prefer", "Job-Deadline", "Idempotency-Key", "If-Match", "If-None-Match", "Content-Type",
            "Content-Encoding",
            "Accept", "X-Request-ID", "traceparent", "tracestate", "Origin", "Accept-Encoding",
        ]
        let own = [
            "wait=0", "wait=2", "wait=-1", "wait=99999999999999999999", "respond-async, wait=1", "1", "0", "-1", "1e9",
            "9223372036854775807", "9223372036854775808", "\"k\"", "k", "*", "\"1\", \"2\"", "W/\"1\"", "\"",
            "application/json; charset=utf8",
            "application/merge-patch+json", "text/plain", "gzip", "br", "identity",
            String(repeating: "a", count: 5_000),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-0-0-0", "é", ";;;", ",", "a=b;c",
        ]
        let name = names[random.below(names.count)]
        let value = own[random.below(own.count)]
        request.headers.removeAll { $0.name == name }
        request.headers.append(.init(name: name, value: value))
    }

    /// A value with one change somewhere.
    func changed(_ value: FuzzValue, _ random: inout SplitMix64) -> FuzzValue {
        let places = value.places()
        let place = places[random.below(places.count)]
        var result = value
        switch (value[place], random.below(8)) {
        case (.object(var members), 0) where !members.isEmpty:
            // There twice, with the same name or one that only looks the same.
            var copy = members[random.below(members.count)]
            if random.below(2) == 0 { copy.name += "\u{301}" }
            members.append(copy)
            result[place] = .object(members)
        case (.object(var members), 1), (.object(var members), 2):
            members.append(.init(name: HostileValues.text(&random), value: HostileValues.any(&random)))
            result[place] = .object(members)
        case (.object(var members), 3) where !members.isEmpty:
            let index = random.below(members.count)
            members[index].name = random.below(2) == 0 ? members[index].name + "s" : HostileValues.text(&random)
            result[place] = .object(members)
        case (.array(let elements), 0...1) where !elements.isEmpty:
            result[place] = .array(elements + elements)
        case (.array(let elements), 2) where !elements.isEmpty:
            // An element may be a text of a megabyte.
            let copies = min(10_000 / elements.count, 4_000_000 / max(1, value[place].bytes.count))
            result[place] = .array((0..<max(1, copies)).flatMap { _ in elements })
        case (.plain(.integer), 0...5), (.plain(.number), 0...5): result[place] = HostileValues.number(&random)
        case (.plain(.string), 0...5): result[place] = .plain(.string(HostileValues.text(&random)))
        case (_, 6) where !place.isEmpty: result = value.without(place)
        default: result[place] = HostileValues.any(&random)
        }
        return result
    }
}
