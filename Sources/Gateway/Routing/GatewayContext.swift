package import Hummingbird
import Logging
import NIOCore

/// What Hummingbird gives with each request: the logger, and the connection that it came by.
package struct GatewayContext: InitializableFromSource, Sendable {
    let logger: Logger
    /// The connection the request came on.
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        logger = source.logger
        channel = source.channel
    }

    /// Asks for the body, where its sender waits to be asked (`Expect: 100-continue`); else nothing happens.
    func askForBody() { channel.triggerUserOutboundEvent(BodyIsWanted(), promise: nil) }
}

/// The body of the request that is being answered is about to be read.
struct BodyIsWanted: Sendable {}
