/// A name no other test uses, in this process or another: for key prefixes, topics and groups.
///
/// Letters, digits and `-`.
package func uniqueName(_ prefix: String) -> String {
    let number = UInt64.random(in: .min ... .max)
    let digits = String(number, radix: 36)
    return "\(prefix)-\(digits)"
}
