import ArgumentParser
import KafkaClient
import NovaContract

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `nova dead-letters show`.
struct DeadLettersShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one dead letter: why it died, where it came from, its headers and its payload."
    )

    @Argument(help: "Place of the letter, as `nova dead-letters list` shows it: POOL/PARTITION:OFFSET.")
    var place: DeadLetterReference

    @Flag(name: .long, help: "Show the whole payload, however long.")
    var full = false

    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (entry, message) = try await kafka.withKafka { kafka in
            let archive = DeadLetterArchive(kafka: kafka)
            let entry = try DeadLetterArchive.find(place, in: try await archive.ledgers(of: [place.pool]))
            let found = try await archive.records(at: [entry.reference.place], of: place.pool)
            guard let message = found[entry.reference.place] else {
                throw CommandFailure(.failed, "the broker has just removed the dead letter \(place)")
            }
            return (entry, message)
        }
        output.json ? Console.current.line(Self.json(entry, message)) : show(entry, message)
    }

    private func show(_ entry: DeadLetterEntry, _ message: KafkaMessage) {
        let console = Console.current
        let details = DeadLetter(headers: message.headersByName)?.error.details ?? []
        for (name, value) in DeadLetterDescription(entry: entry).lines(details: details) {
            console.line(TextLayout.left(name, 15) + value)
        }
        let headers = message.headers.filter { !$0.name.hasPrefix(DeadLetter.headerPrefix) }
        if !headers.isEmpty { console.line("\nheaders") }
        for header in headers {
            let value = header.value.map { String(decoding: $0, as: UTF8.self) } ?? "null"
            console.line("  " + TextLayout.printable("\(header.name): \(value)"))
        }
        let payload = PayloadText(message.value, isWhole: full)
        console.line("\npayload, \(message.value.count) bytes\(payload.kind)")
        for line in payload.lines { console.line("  " + line) }
        if payload.isCut { console.note("The payload is cut. All of it: nova dead-letters show --full \(place)") }
    }

    /// The payload is JSON where it is some, else in Base64.
    private static func json(_ entry: DeadLetterEntry, _ message: KafkaMessage) -> JSONValue {
        var json = DeadLetterDescription(entry: entry).json
        if let error = DeadLetter(headers: message.headersByName)?.error { json["error"] = error.json }
        json["headers"] = .array(
            message.headers.map { header in
                let value = header.value.map { String(decoding: $0, as: UTF8.self) }
                return ["name": .string(header.name), "value": JSONValue(value)]
            }
        )
        do throws(JSONReadError) {
            json["payload"] = try JSONValue(parsing: message.value)
        } catch {
            json["payload_base64"] = .string(Data(message.value).base64EncodedString())
        }
        return .object(json)
    }
}
