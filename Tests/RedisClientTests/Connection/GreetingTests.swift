import ChildProcesses
import Foundation
import NIOSSL
import NovaTestKit
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct GreetingTests {
    @Test func `The password, the ACL user and the database are used`() async throws {
        try await withRedis(options: ["requirepass": "s3cret"]) { redis in
            try await withClient(redis.port, { $0.password = "s3cret" }) { admin in
                _ = try await admin.command("ACL", "SETUSER", "worker", "on", ">pass", "~nova:*", "+@all")
            }
            try await withClient(redis.port) {
                $0.username = "worker"
                $0.password = "pass"
                $0.database = 3
                $0.clientName = "nova-test"
            } _: { client in
                #expect(try await client.command("ACL", "WHOAMI").string == "worker")
                let info = try await client.command("CLIENT", "INFO").string
                #expect(info?.contains("db=3") == true)
                #expect(info?.contains("name=nova-test") == true)
                let error = try await redisError { _ = try await client.command("GET", "other") }
                guard case .server(let line) = error else {
                    Issue.record("allowed")
                    return
                }
                #expect(line.code == "NOPERM")
            }
        }
    }

    @Test(arguments: [("wrong", "WRONGPASS"), (nil, "NOAUTH")])
    func `A wrong password fails at once, says why, and is not told`(password: String?, code: String) async throws {
        try await withRedis(options: ["requirepass": "s3cret"]) { redis in
            try await withClient(redis.port, { ($0.password, $0.connectTimeout) = (password, .seconds(60)) }) {
                client in
                let error = try await redisError { _ = try await client.command("PING") }
                guard case .notConnected(let reason) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(reason.hasPrefix(code))
                #expect(!reason.contains("wrong "))
            }
        }
    }

    @Test func `A configuration does not show its password`() {
        let configuration = RedisConfiguration(username: "worker", password: "s3cret")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!"\(configuration) \(String(reflecting: configuration)) \(dumped)".contains("s3cret"))
    }

    @Test func `TLS is spoken, the certificate and the name in it are checked`() async throws {
        try await TemporaryDirectory.run(prefix: "redis-client-tls") { directory in
            let (key, certificate) = (directory + "/key.pem", directory + "/cert.pem")
            let command = ChildCommand(
                executable: "openssl",
                arguments: [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=nova",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
                ]
            )
            let exit = try await ChildProcess.run(command, name: "openssl", onLine: { _ in }) { try await $0.exit() }
            try #require(exit.isSuccess)
            let port = try FreePort.find()
            let options = [
                "tls-port": String(port), "tls-cert-file": certificate, "tls-key-file": key,
                "tls-ca-cert-file": certificate, "tls-auth-clients": "no",
            ]
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(certificate)
            try await withRedis(options: options) { [tls] _ in
                try await withClient(port) {
                    ($0.host, $0.tls) = ("localhost", tls)
                } _: { client in
                    let reply = try await client.command("ECHO", "over TLS").string
                    #expect(reply == "over TLS")
                }
                // The address is not in the certificate.
                try await withClient(port) {
                    ($0.tls, $0.connectTimeout) = (tls, .milliseconds(300))
                } _: { client in
                    let error = try await redisError { _ = try await client.command("PING") }
                    guard case .notConnected = error else {
                        Issue.record("accepted: \(String(describing: error))")
                        return
                    }
                }
            }
        }
    }
}
