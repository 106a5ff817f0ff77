import type { AgentListenerStore } from '../../../models/agent-listener.ts';
import type { Clock } from '../../clock.ts';
import { type AgentListener, listeningAgent, maxRunsPerTask } from '../../domain/agent-listener.ts';
import type { Origin } from '../../domain/execution.ts';
import { taskRef } from '../../domain/ids.ts';
import type { EventFanOut, OutboundEvent } from '../../domain/outbound-event.ts';
import { threadOf } from '../../domain/task-thread.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Agents } from '../agents/agents.ts';
import type { Engine, ReadExecution } from '../engine.ts';
import { runInputs } from './listener-workflow.ts';
import { isByKey, ownWork } from './own-work.ts';

export interface ListenerFanOutDeps {
  store: Pick<AgentListenerStore, 'note' | 'countStarted'>;
  /** All of a workflow, as they were at most a second ago. */
  listenersOf: (workflowId: string) => Promise<AgentListener[]>;
  agents: Pick<Agents, 'find'>;
  engine: Pick<Engine, 'start' | 'read'>;
  clock: Clock;
  logger: Logger;
}

/**
 * Starts a run of each agent that listens to an event: once for the same event, however often it is offered,
 * because the run is started under the event's id. Its own work does not call it again.
 */
export function createListenerFanOut(deps: ListenerFanOutDeps): EventFanOut {
  return {
    async offer(events) {
      for (const [executionId, ofTask] of byTask(events)) {
        const [first] = ofTask;
        if (first === undefined) continue;
        const listeners = await deps.listenersOf(first.workflowId);
        const wanted = listeners.filter(
          ({ enabled, orgId, events: types }) =>
            enabled && orgId === first.orgId && ofTask.some(({ type }) => types.some((one) => one === type)),
        );
        if (wanted.length === 0) continue;
        const task = await deps.engine.read(first.orgId, executionId, 'known');
        for (const listener of wanted) await tellOne(deps, listener, task, ofTask);
      }
    },
  };
}

async function tellOne(
  deps: ListenerFanOutDeps,
  listener: AgentListener,
  task: ReadExecution,
  events: readonly OutboundEvent[],
): Promise<void> {
  const own = ownWork(listener, task.definition, events);
  const keys = new Set([...listener.ignoreKeys, `agent:${listener.agentId}`]);
  const isOwnTask = isByKey({ ...task.state.startedBy }, keys);
  for (const event of events) {
    if (!listener.events.some((type) => type === event.type)) continue;
    if (isOwnTask || own.has(event.id)) {
      await note(deps, listener, event, {
        decision: 'skipped',
        reason: 'The agent’s own work has caused it.',
      });
    } else {
      await start(deps, listener, task, event);
    }
  }
}

/** What may pass is thrown, so that the event is offered again. */
async function start(
  deps: ListenerFanOutDeps,
  listener: AgentListener,
  task: ReadExecution,
  event: OutboundEvent,
): Promise<void> {
  const { store, agents, engine, logger } = deps;
  const { id, orgId, agentId, runsWorkflowId } = listener;
  const { id: executionId } = task.state;
  if ((await store.countStarted(id, executionId)) >= maxRunsPerTask) {
    const reason = `This task has called the agent ${maxRunsPerTask} times, which is as often as it may.`;
    return note(deps, listener, event, { decision: 'skipped', reason });
  }
  try {
    const agent = await agents.find(orgId, agentId);
    const run = await engine.start({
      orgId,
      workflowId: runsWorkflowId,
      inputs: runInputs(listener, event, taskRef(executionId)),
      startedBy: listeningAgent(agentId, agent?.name ?? agentId),
      origin: originOf(task),
      startKey: `listener:${id}:${event.id}`,
    });
    await note(deps, listener, event, { decision: 'started', reason: null, runId: run.id });
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    logger.warn({ listenerId: id, eventId: event.id, err: error }, 'an agent that listens was not started');
    await note(deps, listener, event, { decision: 'refused', reason: error.message });
  }
}

async function note(
  { store, clock }: ListenerFanOutDeps,
  { id: listenerId }: AgentListener,
  event: OutboundEvent,
  made: { decision: 'started' | 'skipped' | 'refused'; reason: string | null; runId?: string },
): Promise<void> {
  const { id: eventId, type: eventType, executionId } = event;
  const { runId = null, ...decided } = made;
  await store.note({
    eventId,
    eventType,
    listenerId,
    executionId: executionId ?? '',
    at: clock.now(),
    ...decided,
    runId,
  });
}

/** What it does is said where everything about the task is said. */
function originOf({ state, delivery }: ReadExecution): Origin {
  const thread = threadOf(state, delivery.messages);
  return thread === null ? { kind: 'api' } : { kind: 'slack', ...thread };
}

function byTask(events: readonly OutboundEvent[]): Map<string, OutboundEvent[]> {
  const tasks = new Map<string, OutboundEvent[]>();
  for (const event of events) {
    if (event.executionId === null) continue;
    tasks.set(event.executionId, [...(tasks.get(event.executionId) ?? []), event]);
  }
  return tasks;
}
