package import Hummingbird
import Logging

/// What Hummingbird gives with each request; Nova needs nothing of it but the logger.
package struct GatewayContext: InitializableFromSource, Sendable {
    let logger: Logger

    package init(source: ApplicationRequestContextSource) { logger = source.logger }
}
