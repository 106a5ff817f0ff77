import { isDeepStrictEqual } from 'node:util';
import { type ExecutionEvent, findChainBreak } from '../../../../src/domain/event.ts';
import { hasEnded } from '../../../../src/domain/execution.ts';
import type { World } from '../world.ts';
import type { Evidence } from './evidence.ts';

/** Versions without a gap, a whole and chained log, final states that stay, one end for each step execution. */
export function checkHistory(world: World, { id, entries, log }: Evidence): string[] {
  const problems: string[] = [];
  const emitted = entries.flatMap(({ events }) => events);
  const stored = world.records().find(({ state }) => state.id === id);
  const last = entries.at(-1);
  for (const [index, { baseV, state }] of entries.entries()) {
    if (baseV !== index || state.v !== index + 1) problems.push(`${id}: v ${state.v} was made from ${baseV}`);
    if (index < entries.length - 1 && hasEnded(state)) {
      problems.push(`${id}: it was ${state.status} at v ${state.v} and went on`);
    }
    const { orgId, workflowId } = state;
    const first = entries[0]?.state;
    if (orgId !== first?.orgId || workflowId !== first.workflowId) {
      problems.push(`${id}: org or workflow changed at v ${state.v}`);
    }
  }
  const broken = findChainBreak(log);
  if (broken !== null) problems.push(`${id}: the chain of the log breaks at ${broken}`);
  if (!isDeepStrictEqual(log, emitted)) {
    problems.push(`${id}: the log holds ${seqs(log)} and the transitions emitted ${seqs(emitted)}`);
  }
  if (log.some(({ orgId }) => orgId !== last?.state.orgId)) problems.push(`${id}: an event of another org`);
  if (!isDeepStrictEqual(stored?.state, last?.state)) {
    problems.push(`${id}: the stored state is not the one that was committed last`);
  }
  return [...problems, ...checkEnds(id, log)];
}

const ends = new Set([
  'WORKFLOW_STEP_EXECUTION_COMPLETED',
  'WORKFLOW_STEP_EXECUTION_FAILED',
  'WORKFLOW_STEP_EXECUTION_CANCELLED',
]);

function checkEnds(id: string, log: readonly ExecutionEvent[]): string[] {
  const ended = new Set<string>();
  const problems: string[] = [];
  for (const { type, data } of log) {
    if (!ends.has(type)) continue;
    const stepExecutionId = JSON.stringify(data['stepExecutionId']);
    if (ended.has(stepExecutionId)) problems.push(`${id}: ${stepExecutionId} ended twice`);
    ended.add(stepExecutionId);
  }
  return problems;
}

function seqs(events: readonly ExecutionEvent[]): string {
  return `[${events.map(({ seq }) => seq).join(',')}]`;
}
