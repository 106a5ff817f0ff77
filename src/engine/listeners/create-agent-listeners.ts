import {
  type AgentListenerStore,
  type ListenerLogPage,
  alreadyAttached,
} from '../../../models/agent-listener.ts';
import type { WorkflowStore } from '../../../models/workflow-store.ts';
import type { Clock } from '../../clock.ts';
import {
  type AgentListener,
  type AgentListenerChanges,
  type AgentListenerInput,
  type ListenerLogEntry,
  maxListenersPerWorkflow,
} from '../../domain/agent-listener.ts';
import { type IdSource, deriveId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts';
import type { Agents } from '../agents/agents.ts';
import { type Manager, requireMember } from '../people/manager.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import { requireEditable } from '../workflows/restrict-workflows.ts';
import type { AgentListeners } from './agent-listeners.ts';
import { listenerWorkflow } from './listener-workflow.ts';

export interface AgentListenersDeps {
  store: AgentListenerStore;
  workflows: Pick<WorkflowStore, 'insert' | 'remove'>;
  agents: Pick<Agents, 'find'>;
  /** To be told which workflow's listeners this process has changed. */
  forget: (workflowId: string) => void;
  note: NoteOrgEvent;
  clock: Clock;
  newId: IdSource;
}

/** Agents that listen, over the stores. */
export function createAgentListeners(deps: AgentListenersDeps): AgentListeners {
  return new StoreAgentListeners(deps);
}

class StoreAgentListeners implements AgentListeners {
  readonly #deps: AgentListenersDeps;

  constructor(deps: AgentListenersDeps) {
    this.#deps = deps;
  }

  list(workflow: Workflow): Promise<AgentListener[]> {
    return this.#deps.store.listOfWorkflow(workflow.id);
  }

  async get(workflow: Workflow, listenerId: string): Promise<AgentListener> {
    const listener = await this.#deps.store.find(listenerId);
    if (listener === null || listener.workflowId !== workflow.id) {
      throw new NotFoundError('No such agent listens to this workflow.');
    }
    return listener;
  }

  async attach(
    by: Manager,
    workflow: Workflow,
    input: AgentListenerInput,
    id = this.#deps.newId(),
  ): Promise<AgentListener> {
    requireChange(by, workflow);
    const { store, workflows, agents, forget, clock } = this.#deps;
    const agent = await agents.find(workflow.orgId, input.agentId);
    if (agent === null) throw noSuchAgent();
    const earlier = await store.listOfWorkflow(workflow.id);
    const before = earlier.find((listener) => listener.id === id);
    if (before !== undefined) return before;
    if (earlier.some(({ agentId }) => agentId === input.agentId)) throw alreadyAttached();
    if (earlier.length >= maxListenersPerWorkflow) throw tooMany();
    const now = clock.now();
    const { orgId, id: workflowId } = workflow;
    const runsWorkflowId = deriveId('listener-workflow', id);
    const stamps = { createdBy: by.actor, createdAt: now, updatedAt: now };
    const made = { ...input, id, orgId, workflowId, runsWorkflowId, enabled: true, ...stamps };
    // Before the listener itself: one that is there can be run.
    const runs = listenerWorkflow(made, { workflow, agentName: agent.name });
    await workflows.insert(runs.workflow, runs.definition, []);
    const isNew = await store.insert(made).catch(async (error: unknown) => {
      // Somebody else was first with this agent: nobody knows of the hidden workflow.
      if (error instanceof ConflictError) await workflows.remove(runs.workflow);
      throw error;
    });
    if (!isNew) return this.get(workflow, id);
    forget(workflowId);
    await this.#log('AGENT_LISTENER_ATTACHED', by, made, { events: made.events });
    return made;
  }

  async change(
    by: Manager,
    workflow: Workflow,
    listenerId: string,
    changes: AgentListenerChanges,
  ): Promise<AgentListener> {
    requireChange(by, workflow);
    await this.get(workflow, listenerId);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const changed = await this.#deps.store.change(listenerId, given, this.#deps.clock.now());
    this.#deps.forget(workflow.id);
    if (changed === null) return this.get(workflow, listenerId);
    await this.#log('AGENT_LISTENER_CHANGED', by, changed, given as JsonObject);
    return changed;
  }

  async detach(by: Manager, workflow: Workflow, listenerId: string): Promise<void> {
    requireChange(by, workflow);
    const listener = await this.get(workflow, listenerId);
    const wasThere = await this.#deps.store.remove(listenerId);
    this.#deps.forget(workflow.id);
    if (wasThere) await this.#log('AGENT_LISTENER_DETACHED', by, listener, {});
  }

  async log(workflow: Workflow, listenerId: string, page: ListenerLogPage): Promise<ListenerLogEntry[]> {
    await this.get(workflow, listenerId);
    return this.#deps.store.log(listenerId, page);
  }

  async #log(type: OrgEventType, by: Manager, listener: AgentListener, data: JsonObject): Promise<void> {
    const { agents, note } = this.#deps;
    const { id, orgId, workflowId, agentId } = listener;
    const name = (await agents.find(orgId, agentId))?.name ?? agentId;
    const subject = { kind: 'agent-listener', id, name };
    await note({ orgId, type, workflowId, actor: by.actor, subject, data: { agentId, ...data } });
  }
}

function requireChange(by: Manager, workflow: Workflow): void {
  requireMember(by);
  requireEditable(by.access, workflow);
}

function noSuchAgent(): ValidationError {
  const message = 'is no agent of this org';
  return new ValidationError(`agentId ${message}.`, [{ path: 'agentId', message }]);
}

function tooMany(): ConflictError {
  return new ConflictError(
    `At most ${maxListenersPerWorkflow} agents can listen to a workflow. Detach one that is not needed.`,
    'too-many-listeners',
  );
}
