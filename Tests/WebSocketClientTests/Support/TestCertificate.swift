import NIOSSL

/// A certificate for `localhost` and `127.0.0.1`, signed by itself, and its key; good for nothing but these tests.
enum TestCertificate {
    static func server() throws -> TLSConfiguration {
        try .makeServerConfiguration(
            certificateChain: [.certificate(certificate())],
            privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        )
    }

    /// For a client that trusts this certificate and no other.
    static func client() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.clientDefault
        configuration.trustRoots = .certificates([try certificate()])
        return configuration
    }

    private static func certificate() throws -> NIOSSLCertificate {
        try NIOSSLCertificate(bytes: Array(chain.utf8), format: .pem)
    }

    private static let chain = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUFBElK7tGwmRoAk9TsqVK26NdAEYwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDIxNTIzNVoYDzIxMjYxMDMx
        MjE1MjM1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARy7xL7447oHiaHIHXUpQsUK+7Ni1vabi16ujyGQDcL3sckFNzoINhf
        vNrzCTqEyE71eT56Jy3W5Jccot67lzWko28wbTAdBgNVHQ4EFgQUT51Zp/7UfiM7
        /CEqE4ihZUESi70wHwYDVR0jBBgwFoAUT51Zp/7UfiM7/CEqE4ihZUESi70wDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIhAIUFDzqSBX+XOKY53zVK4qG1tziWR9sNVApMHeT0pDplAiAK
        iI8gcUi10KWsMSxU/xfA22U8UTzijr7SAaRqAN5dVg==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzM/m56kBkO9pr3bu
        3PgzbAUaTQ08Lgy79NuZUsLu6m2hRANCAARy7xL7447oHiaHIHXUpQsUK+7Ni1va
        bi16ujyGQDcL3sckFNzoINhfvNrzCTqEyE71eT56Jy3W5Jccot67lzWk
        -----END PRIVATE KEY-----
        """
}
