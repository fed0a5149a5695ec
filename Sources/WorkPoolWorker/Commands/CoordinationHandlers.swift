import NovaContract
import NovaStore
import WorkPool
import WorkerRuntime

/// Carries out the commands on tasks, agents and coordinations.
struct CoordinationHandlers {
    let store: Store
    let assigner: Assigner
    let coordinator: Coordinator

    var all: [RegisteredHandler] { taskHandlers + agentHandlers }

    private var taskHandlers: [RegisteredHandler] {
        [
            TaskCommands.create.answered { new, command, _ in try await tasks(command).create(new) },
            TaskCommands.createBatch.answered { new, command, _ in try await tasks(command).createBatch(new) },
            TaskCommands.update.answered { change, command, _ in try await tasks(command).update(change) },
            TaskCommands.patch.answered { patch, command, _ in try await tasks(command).patch(patch) },
            TaskCommands.delete.answered { deletion, command, _ in try await tasks(command).delete(deletion) },
            TaskCommands.complete.answered { report, command, _ in try await tasks(command).report(report) },
            TaskCommands.fail.answered { report, command, _ in try await tasks(command).report(report) },
            TaskCommands.release.answered { report, command, _ in try await tasks(command).report(report) },
            TaskCommands.assign.answered { request, command, _ in
                try await assigner.answer(request, command, space(of: command))
            },
        ]
    }

    private var agentHandlers: [RegisteredHandler] {
        [
            AgentCommands.put.answered { agent, command, _ in try await agents(command).put(agent) },
            AgentCommands.patch.answered { patch, command, _ in try await agents(command).patch(patch) },
            AgentCommands.delete.answered { _, command, _ in try await agents(command).delete() },
            AgentCommands.assign.answered { request, command, _ in try await agents(command).assign(request) },
            AgentCommands.coordinate.answered { request, command, context in
                try await coordinator.run(request, command, space(of: command), context)
            },
        ]
    }

    private func space(of command: Command) -> WorkSpace {
        store.work(owner: command.owner, domain: command.domain)
    }

    private func tasks(_ command: Command) -> TaskHandler { TaskHandler(command: command, space: space(of: command)) }
    private func agents(_ command: Command) -> AgentHandler {
        AgentHandler(command: command, space: space(of: command))
    }
}
