import HTTPTypes
package import NovaAPI
package import NovaContract
import NovaStore

/// The commands on flows.
package enum FlowCommands {
    private static let writeFlows = Permission(.write, area: "flows")

    package static let all: [any AnyCommandDeclaration] = [optimize, store, patch, delete]

    package static let optimize = CommandDeclaration(
        .optimizeFlow,
        needs: writeFlows,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/flows/{flow_id}/optimize",
            entity: .path("flow_id"),
            EndpointDocument(
                "optimizeFlow",
                tag: "flows",
                "Optimize a flow",
                "Chooses how each step is run, and schedules them so that the objective, usually the "
                    + "end, is as small as can be found, within every dependency, capacity and constraint. "
                    + "Steps and capacities that `parameters` leaves out are taken from the stored flow. A "
                    + "flow that nobody stored, of which the request says nothing: 404; with `parameters` but "
                    + "no steps, as older clients send it: an empty list with confidence 0.",
                body: .schema(
                    "OptimizeFlow",
                    example: [
                        "parameters": [
                            "steps": [
                                [
                                    "id": "extract",
                                    "duration": 30,
                                    "resources": ["api_calls": 2],
                                    "progress": ["started": 0, "finished": 28],
                                ],
                                [
                                    "id": "summarize",
                                    "dependencies": ["extract"],
                                    "due": 120,
                                    "weight": 2,
                                    "options": [
                                        [
                                            "name": "large",
                                            "duration": 60,
                                            "resources": ["gpu": 1, "tokens": 90000],
                                            "cost": 4,
                                            "quality": 0.95,
                                        ],
                                        [
                                            "name": "small",
                                            "duration": 25,
                                            "resources": ["api_calls": 1, "tokens": 40000],
                                            "cost": 1,
                                            "quality": 0.8,
                                        ],
                                    ],
                                ],
                                [
                                    "id": "embed",
                                    "duration": 40,
                                    "resources": ["gpu": 1],
                                    "dependencies": [["step": "extract", "min_lag": 5]],
                                ],
                                [
                                    "id": "publish",
                                    "duration": 5,
                                    "dependencies": ["embed", ["step": "summarize", "max_lag": 300]],
                                    "release": 100,
                                ],
                            ],
                            "capacity": [
                                "gpu": [["from": 0, "amount": 1], ["from": 600, "amount": 2]], "api_calls": 4,
                            ],
                            "objective": ["makespan": 1, "cost": 10],
                            "pareto": true,
                            "now": 30,
                            "time_limit": 2,
                        ],
                        "constraints": [
                            "deadline": 180,
                            "max_cost": 5,
                            "min_quality": ["value": 0.75, "of": "mean"],
                            "budgets": ["tokens": 100000],
                        ],
                    ],
                    isRequired: false
                ),
                answer: "OptimizeResult"
            )
        ),
        reading: { try OptimizeFlow(flowID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let store = CommandDeclaration(
        .storeFlow,
        needs: writeFlows,
        isVersioned: true,
        at: CommandEndpoint(
            .put,
            "/api/orchestration/flows/{flow_id}",
            entity: .path("flow_id"),
            EndpointDocument(
                "storeFlow",
                tag: "flows",
                "Store a flow",
                "Replaces it where there is one.",
                body: .schema(
                    "StoreFlow",
                    example: [
                        "steps": [
                            ["id": "extract", "duration": 30, "resources": ["api_calls": 2], "dependencies": []],
                            ["id": "embed", "duration": 60, "resources": ["gpu": 1], "dependencies": ["extract"]],
                        ],
                        "capacity": ["gpu": 1, "api_calls": 4],
                    ]
                ),
                answer: "FlowChange"
            )
        ),
        reading: { try StoreFlow(flowID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let patch = CommandDeclaration(
        .patchFlow,
        patching: store,
        at: CommandEndpoint(
            .patch,
            "/api/orchestration/flows/{flow_id}",
            entity: .path("flow_id"),
            EndpointDocument(
                "patchFlow",
                tag: "flows",
                "Change a stored flow",
                "A merge patch (RFC 7396): members that are named are changed, `null` gives one its "
                    + "default, objects are merged, all else stays as it is. What it comes to is held to the "
                    + "same rules as a PUT. `If-Match` guards against changes that others make meanwhile.",
                body: .mergePatch,
                answer: "FlowChange"
            )
        ),
        patched: { place, subject, patch in
            try await place.store.flows(owner: place.owner, domain: place.domain).get(subject.entityID)?
                .definition.body(patch: patch)
        }
    )

    package static let delete = CommandDeclaration(
        .deleteFlow,
        needs: writeFlows,
        at: CommandEndpoint(
            .delete,
            "/api/orchestration/flows/{flow_id}",
            entity: .path("flow_id"),
            EndpointDocument(
                "deleteFlow",
                tag: "flows",
                "Delete a stored flow",
                answer: "FlowChange"
            )
        )
    )
}

extension CommandKind {
    package static let optimizeFlow = CommandKind("flow.optimize", of: .optimization, on: "flow")
    package static let storeFlow = CommandKind("flow.store", of: .optimization, on: "flow", isConditional: true)
    package static let patchFlow = CommandKind("flow.patch", of: .optimization, on: "flow", isConditional: true)
    package static let deleteFlow = CommandKind("flow.delete", of: .optimization, on: "flow", isConditional: true)
}
