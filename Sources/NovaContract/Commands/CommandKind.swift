/// What a command asks for.
///
/// The raw value is the `type` of its job and part of its CloudEvents type.
package enum CommandKind: String, Sendable, CaseIterable {
    case optimizeFlow = "flow.optimize"
    case storeFlow = "flow.store"
    case patchFlow = "flow.patch"
    case deleteFlow = "flow.delete"
    case createTask = "task.create"
    case createTasks = "task.batch"
    case updateTask = "task.update"
    case patchTask = "task.patch"
    case deleteTask = "task.delete"
    case completeTask = "task.complete"
    case failTask = "task.fail"
    case releaseTask = "task.release"
    case assignTasks = "tasks.assign"
    case putAgent = "agent.put"
    case patchAgent = "agent.patch"
    case deleteAgent = "agent.delete"
    case assignAgent = "agent.assign"
    case coordinate = "agents.coordinate"
    case putResource = "resource.put"
    case patchResource = "resource.patch"
    case deleteResource = "resource.delete"
    case allocate = "resources.allocate"
    case renewAllocation = "allocation.renew"
    case releaseAllocation = "allocation.release"
    case storeMemory = "memory.store"
    case storeMemories = "memory.batch"
    case updateMemory = "memory.update"
    case patchMemory = "memory.patch"
    case deleteMemory = "memory.delete"
    case searchMemory = "memory.search"
    case importMemories = "memory.import"
    case useMemories = "memory.use"
    case consolidateMemory = "memory.consolidate"

    package var pool: Pool {
        switch self {
        case .optimizeFlow, .storeFlow, .patchFlow, .deleteFlow: .optimization
        case .createTask, .createTasks, .updateTask, .patchTask, .deleteTask, .completeTask, .failTask,
            .releaseTask, .assignTasks, .putAgent, .patchAgent, .deleteAgent, .assignAgent, .coordinate:
            .coordination
        case .putResource, .patchResource, .deleteResource, .allocate, .renewAllocation, .releaseAllocation: .allocation
        case .storeMemory, .storeMemories, .updateMemory, .patchMemory, .deleteMemory, .searchMemory,
            .importMemories, .useMemories, .consolidateMemory:
            .memory
        }
    }

    /// Whether it changes one entity that has a version, so that it can depend on it (`VersionCondition`).
    package var isConditional: Bool {
        switch self {
        case .storeFlow, .patchFlow, .deleteFlow, .updateTask, .patchTask, .deleteTask, .putAgent, .patchAgent,
            .deleteAgent, .putResource, .patchResource, .deleteResource, .updateMemory, .patchMemory, .deleteMemory:
            true
        default: false
        }
    }

    /// The kind of entity whose commands apply in order: the `flow` of `flow:ID`.
    package var entityType: String {
        switch self {
        case .optimizeFlow, .storeFlow, .patchFlow, .deleteFlow: "flow"
        case .createTask, .updateTask, .patchTask, .deleteTask, .completeTask, .failTask, .releaseTask: "task"
        case .createTasks: "batch"
        case .assignTasks: "assignment"
        case .coordinate: "coordination"
        case .putAgent, .patchAgent, .deleteAgent, .assignAgent: "agent"
        // Of several resources the first by name stands for all.
        case .putResource, .patchResource, .deleteResource, .allocate: "resource"
        case .renewAllocation, .releaseAllocation: "allocation"
        case .storeMemory, .updateMemory, .patchMemory, .deleteMemory: "memory"
        // A batch and a search are named after their jobs: nothing waits for them.
        case .storeMemories, .importMemories: "memories"
        case .useMemories: "use"
        case .searchMemory: "search"
        case .consolidateMemory: "consolidation"
        }
    }
}
