import type { Command } from '../../domain/command.ts';
import type { Definition } from '../../domain/definition.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import { advanceTo, completeExecution } from '../advance.ts';
import { Draft, type Transition } from '../draft.ts';

/** A task lives one year; then it is EXPIRED. */
const lifetimeYears = 1;

/** A new execution, already at its first step that has to wait; COMPLETED at once when it has no step. */
export function startExecution(
  definition: Definition,
  command: Extract<Command, { type: 'start' }>,
  now: Date,
): Transition {
  const draft = new Draft(definition, newExecution(definition, command, now), now);
  draft.emit(
    'WORKFLOW_EXECUTION_STARTED',
    { inputs: command.inputs, revision: definition.revision },
    command.startedBy,
  );
  draft.addEffect({ kind: 'task-card' });
  const first = definition.steps[0];
  if (first === undefined) completeExecution(draft);
  else advanceTo(draft, first);
  return draft.seal();
}

function newExecution(
  definition: Definition,
  command: Extract<Command, { type: 'start' }>,
  now: Date,
): ExecutionState {
  return {
    id: command.executionId,
    orgId: definition.orgId,
    workflowId: definition.workflowId,
    workflowName: definition.name,
    revisionId: definition.revisionId,
    revision: definition.revision,
    v: 0,
    status: 'RUNNING',
    pointer: null,
    startedBy: command.startedBy,
    origin: command.origin,
    context: { inputs: command.inputs, steps: {} },
    stack: [],
    waitingFor: [],
    signals: [],
    failure: null,
    cancellation: null,
    lastEventSeq: 0,
    lastEventHash: '',
    lastEffectSeq: 0,
    timerAt: null,
    expiresAt: addYears(now, lifetimeYears),
    createdAt: now,
    updatedAt: now,
    endedAt: null,
  };
}

/** The same date and time of a later year, UTC; 29 February becomes 1 March where there is none. */
function addYears(from: Date, years: number): Date {
  const later = new Date(from);
  later.setUTCFullYear(from.getUTCFullYear() + years);
  return later;
}
