import ArgumentParser
import NovaContract

/// The flag of every command that prints something.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON instead of text for people.")
    var json = false
}

extension Console {
    /// One line of JSON.
    func line(_ json: JSONValue) { line(json.jsonString) }
}
