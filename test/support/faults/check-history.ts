import { type EventType, findChainBreak } from '../../../src/domain/event.ts';
import { hasEnded } from '../../../src/domain/execution.ts';
import type { Evidence } from './evidence.ts';

const ENDINGS: readonly EventType[] = [
  'WORKFLOW_EXECUTION_COMPLETED',
  'WORKFLOW_EXECUTION_CANCELLED',
  'WORKFLOW_EXECUTION_EXPIRED',
];

/** The log is whole and says the same as the state: every step at most once begun and once ended. */
export function checkHistory(evidence: Evidence): string[] {
  const { state, events } = evidence;
  const broken: string[] = [];
  const expect = (what: string, actual: unknown, expected: unknown): void => {
    if (actual !== expected) broken.push(`${what}: ${String(actual)}, not ${String(expected)}`);
  };
  expect('the log breaks at seq', findChainBreak(events), null);
  expect('events in the log', events.length, state.lastEventSeq);
  expect('hash of the last event', events.at(-1)?.hash, state.lastEventHash);
  expect('starts', events.filter(({ type }) => type === 'WORKFLOW_EXECUTION_STARTED').length, 1);
  expect('endings', events.filter(({ type }) => ENDINGS.includes(type)).length, hasEnded(state) ? 1 : 0);
  for (const step of state.stack) {
    const count = (type: EventType): number =>
      events.filter((event) => event.type === type && event.data['stepExecutionId'] === step.id).length;
    expect(`${step.stepName} scheduled`, count('WORKFLOW_STEP_EXECUTION_SCHEDULED'), 1);
    const completions = step.status === 'COMPLETED' ? 1 : 0;
    expect(`${step.stepName} completed`, count('WORKFLOW_STEP_EXECUTION_COMPLETED'), completions);
    expect(`${step.stepName} decided`, count('WORKFLOW_STEP_EXECUTION_DECIDED'), step.votes.length);
  }
  return broken;
}
