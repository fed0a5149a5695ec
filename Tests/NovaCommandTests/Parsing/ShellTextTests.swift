import Testing

@testable import NovaCommand

@Suite("Shell text")
struct ShellTextTests {
    @Test("a command keeps its options as a shell reads them back")
    func command() {
        let options: [(name: String, value: String?)] = [
            ("status", "failed"), ("type", nil), ("subject", "a b'c"), ("limit", "2"), ("cursor", "17_é"),
            ("domain", ""),
        ]
        #expect(
            ShellText.command(["nova", "jobs", "list"], options: options)
                == #"nova jobs list --status failed --subject 'a b'\''c' --limit 2 --cursor '17_é' --domain ''"#
        )
    }
}
