import ArgumentParser

/// Which gateway a command speaks to, and with which key.
struct APIOptions: ParsableArguments {
    private static let standardURL = "http://127.0.0.1:8003"

    @Option(name: .long, help: "Address of the gateway. Else NOVA_URL, else \(standardURL).")
    var url: String?

    @Option(
        name: .long,
        help: "API key. Else NOVA_API_KEY, which other users of this machine cannot see in the list of processes."
    )
    var key: String?

    /// - Throws: `CommandFailure` where there is no usable address or no key.
    func api() throws -> NovaAPI {
        let text = url ?? Surroundings.variable("NOVA_URL") ?? Self.standardURL
        guard let key = key ?? Surroundings.variable("NOVA_API_KEY"), !key.isEmpty else {
            throw CommandFailure(
                .usage,
                "no API key: give --key KEY or set NOVA_API_KEY. `nova dev` knows \(DevKey.secret); others are made by "
                    + "`nova keys create`"
            )
        }
        guard !key.contains(where: \.isNewline) else {
            throw CommandFailure(.usage, "the API key holds a line end")
        }
        return try NovaAPI(url: text, key: key)
    }
}
