/// Words as a shell reads them back.
enum ShellText {
    /// The word itself where no shell changes it, else in single quotes.
    static func quoted(_ word: String) -> String {
        let isPlain: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._/:@%+,=".utf8.contains(byte)
            }
        }
        if !word.isEmpty, word.utf8.allSatisfy(isPlain) { return word }
        return "'" + word.replacing("'", with: "'\\''") + "'"
    }

    /// A command with its options; those that are nil are left out.
    static func command(_ words: [String], options: [(name: String, value: String?)]) -> String {
        let given = options.compactMap { option in option.value.map { "--\(option.name) \(quoted($0))" } }
        return (words + given).joined(separator: " ")
    }
}
