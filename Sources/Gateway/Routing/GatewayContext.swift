package import Hummingbird
import Logging
import NIOCore

/// What Hummingbird gives with each request; Nova needs nothing of it but the logger and the connection.
package struct GatewayContext: InitializableFromSource, Sendable {
    let logger: Logger
    /// The connection the request came on.
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        logger = source.logger
        channel = source.channel
    }
}
