import { type ExecutionState, currentStepExecution, hasEnded } from '../../domain/execution.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { Why } from '../../domain/why.ts';
import { explainFailure } from './explain-failure.ts';
import { explainPeople, explainWait } from './explain-people.ts';
import { explainRun } from './explain-run.ts';
import { lastOf } from './proof.ts';
import { type WhyAtStep, type WhyFacts, timeWords } from './why-facts.ts';

/**
 * Why a task is where it is: one cause, the events that prove it, and what to do next. Pure: the same facts give the
 * same answer, and no model has a say in it.
 */
export function explainTask(facts: WhyFacts): Why {
  const { state, delivery, now } = facts;
  if (hasEnded(state)) return explainEnd(facts);
  const current = currentStepExecution(state);
  if (current === undefined) return explainEnd(facts);
  const at: WhyAtStep = { ...facts, current };
  if (state.status === 'FAILED' && state.failure !== null) return explainFailure(at, state.failure);
  // What was committed and is not done, and nobody alive is doing it.
  const { lease, outbox } = delivery;
  const isLost = !lease.released && lease.until <= now;
  const asks = outbox.effects.some(({ kind }) => kind === 'ask' || kind === 'run-step');
  if (isLost && asks) return explainLostDelivery(at);
  switch (current.type) {
    case 'WAIT':
      return explainWait(at);
    case 'HUMAN':
    case 'USER_MESSAGE':
      return explainPeople(at);
    case 'PROMPT':
    case 'AGENT':
    case 'TOOL':
      return explainRun(at);
  }
}

/** Why no task of a workflow starts; null when tasks start. */
export function explainWorkflow({ name, status }: Pick<Workflow, 'name' | 'status'>): Why | null {
  if (status === 'ACTIVE') return null;
  const what = status === 'DRAFT' ? 'a draft' : status.toLowerCase();
  return {
    cause: 'workflow-paused',
    sentence: `"${name}" is ${what}, so no new tasks of it are started. Tasks that run go on.`,
    details: [],
    events: [],
    next: { kind: 'activate', words: 'Activate the workflow.' },
  };
}

function explainLostDelivery(facts: WhyAtStep): Why {
  const { current, delivery } = facts;
  return {
    cause: 'worker-died',
    sentence: `The process that was to tell people of "${current.stepName}" has died. Its lease ended at ${timeWords(delivery.lease.until)}, and another takes over now.`,
    details: [`${delivery.outbox.effects.length} messages and tasks are still to be done.`],
    events: lastOf(facts, 'WORKFLOW_STEP_EXECUTION_SCHEDULED', 'WORKFLOW_STEP_EXECUTION_STARTED'),
    next: { kind: 'none', words: 'Nothing: it goes on by itself.' },
  };
}

function explainEnd(facts: WhyFacts): Why {
  const { state } = facts;
  return {
    cause: 'ended',
    sentence: endWords(state),
    details: [],
    events: lastOf(
      facts,
      'WORKFLOW_EXECUTION_COMPLETED',
      'WORKFLOW_EXECUTION_CANCELLED',
      'WORKFLOW_EXECUTION_EXPIRED',
    ),
    next: { kind: 'none', words: 'Nothing: it is over.' },
  };
}

function endWords({ status, endedAt, cancellation }: ExecutionState): string {
  const at = endedAt === null ? '' : ` at ${timeWords(endedAt)}`;
  if (status === 'CANCELLED') {
    const by = cancellation?.by;
    const who = by === undefined || by.kind === 'system' ? '' : ` by ${by.name ?? 'somebody'}`;
    const reason = cancellation?.reason ? `: ${cancellation.reason}` : '';
    return `This task was cancelled${who}${at}${reason}.`;
  }
  if (status === 'EXPIRED') return `This task was open for a year and has expired${at}.`;
  return `This task is done: it was completed${at}.`;
}
