import Foundation
import NovaTestKit

extension CrashCluster {
    /// Kills the independent broker at a moment at which everything that it acknowledged is in its file.
    ///
    /// It writes that file once a second (noida 0.2.3), so that a kill at any other moment loses what it has
    /// acknowledged, and no client can make up for that. Gateways stand still meanwhile, so that nothing is acknowledged
    /// after the writing; call ``thawGateways()`` when the broker is back.
    package func killWrittenBroker() async throws {
        for gateway in gateways { gateway.freeze() }
        try await broker.waitUntilWritten()
        await broker.kill()
    }

    package func thawGateways() {
        for gateway in gateways { gateway.thaw() }
    }
}

extension BrokerSeat {
    /// Returns when the file is newer than this call; where it does not change for three seconds there is nothing new.
    fileprivate func waitUntilWritten() async throws {
        let (asked, deadline) = (Date(), ContinuousClock.now + .seconds(3))
        while try written() <= asked, .now < deadline { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func written() throws -> Date {
        guard let place else { return .distantFuture }
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: place.directory + "/kafka.json")
            return attributes[.modificationDate] as? Date ?? .distantPast
        } catch CocoaError.fileReadNoSuchFile {
            // In its first second it has written none.
            return .distantPast
        }
    }
}
