/// The version of Nova, as `--version`, `/health` and the API documents give it.
package enum NovaVersion {
    package static let current = "0.1.0"
}
