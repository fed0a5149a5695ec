import Allocation
import FlowPool
import Foundation
import Memory
import MemoryPool
import Testing
import WorkPool

@testable import NovaContract

/// What docs/configuration.md says of the bounds that no setting changes is what the code holds.
struct BoundsPageTests {
    private static let bounds: [String: Int] = [
        "levels of nesting": JSONValue.maximumRequestDepth,
        "characters of a number": JSONValue.maximumNumberLength,
        "bytes of an id": EntityID.maximumBytes,
        "seconds of a duration or a lifetime": Int(Validator.maximumSeconds),
        "faults that an error names": Validator.maximumDetails,
        "versions in `If-Match`": VersionCondition.maximumVersions,
        "tasks in a batch": NewTasks.maximumTasks,
        "dependencies of a task": TaskDefinition.maximumDependencies,
        "dependencies of all tasks of a batch": NewTasks.maximumDependencies,
        "capabilities of a task": TaskDefinition.maximumCapabilities,
        "bytes of the names of a task's capabilities and agents": TaskDefinition.maximumNeedBytes,
        "labels of a task": TaskDefinition.maximumLabels,
        "bytes of a task's parameters": TaskDefinition.maximumParameterBytes,
        "bytes of a result": TaskReport.maximumResultBytes,
        "bytes of an agent": AgentDefinition.maximumBytes,
        "goals of an agent": ModelProfile.maximumGoals,
        "agents to coordinate": CoordinateRequest.maximumAgents,
        "bytes of a task to coordinate": CoordinateRequest.maximumTaskBytes,
        "bytes of a schema": JSONSchema.maximumBytes,
        "schemas in a schema": JSONSchema.maximumSchemas,
        "resources of an allocation": AllocateRequest.maximumResources,
        "pools in `any_of`": AllocateRequest.maximumChoices,
        "pools in `any_of` of all resources of an allocation": AllocateRequest.maximumAllChoices,
        "bytes of an allocation's request, as it is kept": AllocateRequest.maximumBytes,
        "bytes of a resource": ResourceDefinition.maximumBytes,
        "quotas, and weights, of a resource": ResourceDefinition.maximumRequesters,
        "amount of a resource": Int(Amount.maximum.milli / 1_000),
        "steps of a flow": FlowDefinition.maximumSteps,
        "dependencies of all steps": FlowDefinition.maximumLinks,
        "resources of a flow": FlowDefinition.maximumResources,
        "options of a step": FlowDefinition.Step.maximumOptions,
        "changes of a capacity": FlowDefinition.Capacity.maximumChanges,
        "budgets of a flow": OptimizeFlow.Constraints.maximumBudgets,
        "seconds of a search": Int(OptimizeFlow.maximumTimeLimit),
        "iterations of a search": Int(OptimizeFlow.maximumIterations),
        "bytes of a memory's content": MemoryDefinition.maximumContent,
        "tags of a memory": MemoryDefinition.maximumTags,
        "references of a memory": MemoryDefinition.maximumReferences,
        "memories in a batch": NewMemories.maximumMemories,
        "memories whose use is told at once": MemoryUse.maximumMemories,
        "memories consolidated at once": MemoryConsolidation.maximumMemories,
        "bytes of a query's content": MemoryQuery.maximumContent,
    ]

    @Test func thePageSaysWhatTheCodeHolds() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: package.appending(path: "docs/configuration.md"), encoding: .utf8)
        let table = try #require(page.components(separatedBy: "| of a request | at most |\n").last)
        var told: [String: Int] = [:]
        for row in table.split(separator: "\n").dropFirst().prefix(while: { $0.hasPrefix("|") }) {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            told[cells[0]] = Int(cells[1])
        }
        #expect(told == Self.bounds)
    }
}
