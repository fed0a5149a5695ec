import Allocation
import NovaContract
import NovaStore
import ResourcePool
import WorkerRuntime

/// Carries out the commands on resources and allocations.
struct AllocationHandlers {
    let store: Store
    let service: AllocationService
    /// Of leases whose request does not say.
    let ttl: Duration

    var all: [RegisteredHandler] {
        [
            ResourceCommands.put.answered { definition, command, _ in
                try await service.declare(definition, command, space(of: command))
            },
            ResourceCommands.patch.answered { patch, command, _ in
                try await service.patch(patch, command, space(of: command))
            },
            ResourceCommands.delete.answered { _, command, _ in try await service.drop(command, space(of: command)) },
            ResourceCommands.allocate.answered { asked, command, _ in
                var request = asked
                if request.ttl == AllocateRequest.ttlUnsaid { request.ttl = Double(ttl.wholeMilliseconds) / 1_000 }
                return try await service.allocate(request, command, space(of: command))
            },
            ResourceCommands.renew.answered { renewal, command, _ in
                try await service.end(.renew(ttl: renewal.ttl), command, space(of: command))
            },
            ResourceCommands.release.answered { _, command, _ in
                try await service.end(.release, command, space(of: command))
            },
        ]
    }

    private func space(of command: Command) -> PoolSpace {
        store.pools(owner: command.owner, domain: command.domain)
    }
}
