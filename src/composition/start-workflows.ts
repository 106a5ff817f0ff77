import { createTriggerStore } from '../../models/trigger-store.ts';
import { createWorkflowOutbox } from '../../models/workflow-outbox.ts';
import type { WorkflowStore } from '../../models/workflow-store.ts';
import type { AppBase } from './app-base.ts';
import type { OrgServices } from './create-org-services.ts';
import type { EventFanOut } from '../domain/outbound-event.ts';
import { createWorkflows } from '../engine/workflows/create-workflows.ts';
import type { DefinitionSource } from '../engine/engine-deps.ts';
import { type WorkflowEvents, createWorkflowEvents } from '../engine/workflows/workflow-events.ts';
import type { Workflows } from '../engine/workflows/workflows.ts';
import { newId } from './new-id.ts';
import { announceChanges } from '../slack/workflow-changes.ts';
import type { SlackSide } from './slack-side.ts';
import type { StepMaking } from './start-step-resources.ts';

interface WorkflowParts {
  base: Pick<AppBase, 'database' | 'clock' | 'logger'>;
  org: Pick<OrgServices, 'orgEvents' | 'teams'>;
  store: WorkflowStore;
  definitions: DefinitionSource;
  slack: SlackSide | null;
  fanOut: EventFanOut;
  making: StepMaking;
}

/** Workflow definitions, and where their changes are told. */
export function startWorkflows({ base, org, store, definitions, slack, fanOut, making }: WorkflowParts): {
  workflows: Workflows;
  workflowEvents: WorkflowEvents;
} {
  const { database, clock, logger } = base;
  const { orgEvents, teams } = org;
  const outbox = createWorkflowOutbox(database);
  const workflowEvents = createWorkflowEvents({ outbox, orgEvents, fanOut, logger });
  const events = announceChanges(workflowEvents, slack?.connections.workflowChanges);
  const hasTeam = teams.exists.bind(teams);
  const triggers = createTriggerStore(database);
  const workflows = createWorkflows({
    store,
    definitions,
    clock,
    newId,
    events,
    hasTeam,
    switchOffTriggers: (...gone) => triggers.switchOffAll(...gone),
    ...making,
  });
  return { workflows, workflowEvents };
}
