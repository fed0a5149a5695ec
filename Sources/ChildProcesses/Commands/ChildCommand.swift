/// What to start: a program, its arguments, and how its surroundings differ from ours.
package struct ChildCommand: Sendable, Hashable {
    /// A path, or a name to look for on `PATH`.
    ///
    /// A relative path counts from our own directory.
    package let executable: String
    package let arguments: [String]
    /// Added to the inherited environment, or replacing what is there.
    ///
    /// Names are letters, digits and `_`.
    package let environment: [String: String]
    /// Our own directory when nil.
    package let workingDirectory: String?

    package init(
        executable: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        workingDirectory: String? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }
}
