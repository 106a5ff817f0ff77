import { createAgentListenerStore } from '../../models/agent-listener.ts';
import type { Database } from '../../models/database.ts';
import { createWorkflowStore } from '../../models/workflow-store.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import type { EventFanOut } from '../domain/outbound-event.ts';
import type { Agents } from '../engine/agents/agents.ts';
import type { Engine } from '../engine/engine.ts';
import type { AgentListeners } from '../engine/listeners/agent-listeners.ts';
import { createAgentListeners } from '../engine/listeners/create-agent-listeners.ts';
import { createListenerFanOut } from '../engine/listeners/listener-fan-out.ts';
import type { NoteOrgEvent } from '../engine/audit/note-org-event.ts';
import type { Logger } from '../logger.ts';
import { createRecentCache } from '../webhooks/recent-cache.ts';

export interface AgentListenerParts {
  database: Database;
  org: { agents: Agents; noteOrgEvent: NoteOrgEvent };
  /** Where the events go as well. */
  others: EventFanOut;
  /** The engine whose events these are; there is none yet when this is made. */
  engine: () => Pick<Engine, 'start' | 'read'>;
  clock: Clock;
  newId: IdSource;
  logger: Logger;
}

/** Agents as listeners: what manages them, and what tells them of events, after everybody else. */
export function startAgentListeners(parts: AgentListenerParts): {
  agentListeners: AgentListeners;
  fanOut: EventFanOut;
} {
  const { database, org, others, engine, clock, newId, logger } = parts;
  const { agents, noteOrgEvent: note } = org;
  const store = createAgentListenerStore(database);
  const recent = createRecentCache(clock, (workflowId) => store.listOfWorkflow(workflowId));
  const listening = createListenerFanOut({
    store,
    listenersOf: (workflowId) => recent.get(workflowId),
    agents,
    engine: {
      start: (request) => engine().start(request),
      read: (...task) => engine().read(...task),
    },
    clock,
    logger,
  });
  return {
    agentListeners: createAgentListeners({
      store,
      workflows: createWorkflowStore(database),
      agents,
      forget: (workflowId) => recent.forget(workflowId),
      note,
      clock,
      newId,
    }),
    fanOut: {
      async offer(events) {
        await others.offer(events);
        await listening.offer(events);
      },
    },
  };
}
