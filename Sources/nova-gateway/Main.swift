import ArgumentParser
import GatewayHost

@main
enum Main {
    static func main() async { await NovaGateway.main() }
}
