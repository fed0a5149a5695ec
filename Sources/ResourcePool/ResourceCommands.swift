package import Allocation
import HTTPTypes
package import NovaAPI
package import NovaContract
import NovaStore

/// The commands on resources.
package enum ResourceCommands {
    private static let writeResources = Permission(.write, area: "resources")

    package static let all: [any AnyCommandDeclaration] = [put, patch, delete, allocate, renew, release]

    package static let put = CommandDeclaration(
        .putResource,
        needs: writeResources,
        isVersioned: true,
        at: CommandEndpoint(
            .put,
            "/api/orchestration/resources/{resource_id}",
            entity: .path("resource_id"),
            EndpointDocument(
                "putResource",
                tag: "resources",
                "Declare or change a resource",
                "A capacity below what is given is reached as that comes back.",
                body: .schema("ResourceDefinition", example: ["capacity": 8, "unit": "cards", "divisible": false]),
                answer: "ResourceAnswer"
            )
        ),
        reading: { try ResourceDefinition(id: $1.entityID, body: $0, source: $1.source) }
    )

    package static let patch = CommandDeclaration(
        .patchResource,
        patching: put,
        at: CommandEndpoint(
            .patch,
            "/api/orchestration/resources/{resource_id}",
            entity: .path("resource_id"),
            EndpointDocument(
                "patchResource",
                tag: "resources",
                "Change a resource",
                "A merge patch (RFC 7396): members that are named are changed, `null` gives one its "
                    + "default, objects are merged, all else stays as it is. What it comes to is held to the "
                    + "same rules as a PUT. `If-Match` guards against changes that others make meanwhile.",
                body: .mergePatch,
                answer: "ResourceAnswer"
            )
        ),
        patched: { place, subject, patch in
            try await place.store.pools(owner: place.owner, domain: place.domain).pool(subject.entityID)?
                .body(patch: patch)
        }
    )

    package static let delete = CommandDeclaration(
        .deleteResource,
        needs: writeResources,
        at: CommandEndpoint(
            .delete,
            "/api/orchestration/resources/{resource_id}",
            entity: .path("resource_id"),
            EndpointDocument(
                "deleteResource",
                tag: "resources",
                "Take a resource out",
                "409 while some of it is held or waited for.",
                answer: "ResourceAnswer"
            )
        )
    )

    package static let allocate = CommandDeclaration(
        .allocate,
        needs: writeResources,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/resources/allocate",
            entity: .first("resources"),
            EndpointDocument(
                "allocate",
                tag: "resources",
                "Ask for resources",
                "All or nothing, or best effort. Where they cannot be had: 409, or with "
                    + "`constraints.wait` a place in the queue (`status` = `waiting`; `allocation.granted` is "
                    + "pushed on `allocation:ID`). 422 where they never can. The requester is the key.",
                body: .schema(
                    "Allocate",
                    example: [
                        "resources": ["gpu": ["requested": 2]],
                        "priority": 3,
                        "constraints": ["ttl": 600, "wait": 60],
                    ]
                ),
                answer: "AllocateAnswer"
            )
        ),
        reading: { try AllocateRequest(body: $0, source: $1.source) }
    )

    package static let renew = CommandDeclaration(
        .renewAllocation,
        needs: writeResources,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/resources/allocations/{allocation_id}/renew",
            entity: .path("allocation_id"),
            EndpointDocument(
                "renewAllocation",
                tag: "resources",
                "Prolong a lease",
                "409 where it has ended.",
                body: .schema("Renew", example: ["ttl": 600]),
                answer: "Allocation"
            )
        ),
        reading: { try RenewRequest(body: $0, source: $1.source) }
    )

    package static let release = CommandDeclaration(
        .releaseAllocation,
        needs: writeResources,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/resources/allocations/{allocation_id}/release",
            entity: .path("allocation_id"),
            EndpointDocument(
                "releaseAllocation",
                tag: "resources",
                "Give back what is held, or stop waiting",
                "409 where it has ended.",
                body: .written([
                    "required": false,
                    "description": "Nothing, or the domain; anything else is refused.",
                    "content": [
                        "application/json": [
                            "schema": [
                                "type": "object",
                                "properties": [
                                    "domain": [
                                        "type": "string",
                                        "description": "Else that of the query, or the key's default.",
                                        "maxLength": 200,
                                    ]
                                ],
                                "additionalProperties": false,
                                "patternProperties": ["^x-": [:]],
                            ],
                            "example": [:],
                        ]
                    ],
                ]),
                answer: "Allocation"
            )
        )
    )
}

extension CommandKind {
    package static let putResource = CommandKind("resource.put", of: .allocation, on: "resource", isConditional: true)
    package static let patchResource = CommandKind(
        "resource.patch",
        of: .allocation,
        on: "resource",
        isConditional: true
    )
    package static let deleteResource = CommandKind(
        "resource.delete",
        of: .allocation,
        on: "resource",
        isConditional: true
    )
    /// Of several resources the first by name stands for all.
    package static let allocate = CommandKind("resources.allocate", of: .allocation, on: "resource")
    package static let renewAllocation = CommandKind("allocation.renew", of: .allocation, on: "allocation")
    package static let releaseAllocation = CommandKind("allocation.release", of: .allocation, on: "allocation")
}
