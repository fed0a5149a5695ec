/// The key that only `nova dev` knows; `config/development-keys.yaml` says what it may do.
enum DevKey {
    static let secret = "test-key"
}
