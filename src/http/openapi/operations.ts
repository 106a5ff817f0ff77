import type { Operation } from './operation.ts';
import { agentListenerOperations } from './operations/agent-listeners.ts';
import { agentOperations } from './operations/agents.ts';
import { checkOperations } from './operations/checks.ts';
import { batchOperations } from './operations/batches.ts';
import { executionOperations } from './operations/executions.ts';
import { intakeOperations } from './operations/intakes.ts';
import { orgOperations } from './operations/orgs.ts';
import { peopleOperations } from './operations/people.ts';
import { webhookOperations } from './operations/plugins.ts';
import { rehearsalOperations } from './operations/rehearsals.ts';
import { scheduleOperations } from './operations/schedules.ts';
import { revisionOperations } from './operations/revisions.ts';
import { steeringOperations } from './operations/steering.ts';
import { stepOperations } from './operations/steps.ts';
import { whyOperations } from './operations/why.ts';
import { triggerOperations } from './operations/triggers.ts';
import { workflowOperations } from './operations/workflows.ts';

/** Every call under `/api`. A test compares them with the routes of the Express app, both ways. */
export const operations: readonly Operation[] = [
  ...workflowOperations,
  ...stepOperations,
  ...checkOperations,
  ...executionOperations,
  ...whyOperations,
  ...steeringOperations,
  ...webhookOperations,
  ...orgOperations,
  ...peopleOperations,
  ...agentOperations,
  ...agentListenerOperations,
  ...batchOperations,
  ...rehearsalOperations,
  ...revisionOperations,
  ...intakeOperations,
  ...scheduleOperations,
  ...triggerOperations,
];
