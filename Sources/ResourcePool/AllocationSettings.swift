import NovaContract
package import NovaService
import NovaStore

/// The allocation pool's own.
package struct AllocationSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.worker("allocation")]
    package static let heading = "Resources and who holds them."

    package let ttl = Setting.positive(
        "allocation.ttl",
        default: .seconds(3_600),
        "How long leases last whose request does not say how long."
    )
    package let maximumWaiting = Setting.integer(
        "allocation.maximum_waiting",
        default: OwnerLimits().waiting,
        in: 1...10_000,
        "Requests of one owner that may wait; further ones are refused with 409 `LIMIT_REACHED`."
    )
    package let maximumBytes = Setting.integer(
        "allocation.maximum_bytes",
        default: OwnerLimits().lookBytes,
        in: 65_536...67_108_864,
        """
        Bytes of JSON that the resources of a domain, the requests that wait for them and what is held of them have \
        together: each decision reads them. What adds to more is refused with 409 `LIMIT_REACHED`.
        """
    )
    package let tick = Setting.positive(
        "allocation.tick",
        default: .milliseconds(250),
        "How often it is looked what is due: leases, requests that have waited long enough."
    )
}
