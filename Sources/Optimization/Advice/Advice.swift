/// What is recommended; never both parts.
struct Advice {
    /// By saving, greatest first.
    let recommendations: [Recommendation]
    /// Why there are none.
    let reasonForNone: String?
}
