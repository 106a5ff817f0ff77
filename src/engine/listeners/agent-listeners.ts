import type {
  AgentListener,
  AgentListenerChanges,
  AgentListenerInput,
  ListenerLogEntry,
} from '../../domain/agent-listener.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { ListenerLogPage } from '../../../models/agent-listener.ts';
import type { Manager } from '../people/manager.ts';

/**
 * Agents that are attached to workflows. Whoever sees the workflow sees them; whoever may change it attaches and
 * detaches them. The workflow is one that the caller may see. Every change is logged.
 */
export interface AgentListeners {
  /** @throws PermissionError, ValidationError for an agent that is not there, ConflictError when it listens already */
  attach(by: Manager, workflow: Workflow, input: AgentListenerInput, id?: string): Promise<AgentListener>;
  list(workflow: Workflow): Promise<AgentListener[]>;
  /** @throws NotFoundError */
  get(workflow: Workflow, listenerId: string): Promise<AgentListener>;
  change(
    by: Manager,
    workflow: Workflow,
    listenerId: string,
    changes: AgentListenerChanges,
  ): Promise<AgentListener>;
  /** Runs that have begun go on. */
  detach(by: Manager, workflow: Workflow, listenerId: string): Promise<void>;
  /** What became of the events, newest first. */
  log(workflow: Workflow, listenerId: string, page: ListenerLogPage): Promise<ListenerLogEntry[]>;
}
