/// Why a command could not do what it was asked: a message for a person, and the exit code for a script.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
    /// The raw values are exit codes, those of sysexits.h where it has one.
    enum Kind: Int32 {
        case failed = 1
        /// The command line makes no sense.
        case usage = 64
        /// Redis, Kafka or the gateway does not answer, or cannot at present.
        case unavailable = 69
        /// Something of Nova itself went wrong.
        case software = 70
        /// The key, or the user, may not do this.
        case refused = 77
        /// A setting is wrong.
        case configuration = 78
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    var description: String { message }
}
