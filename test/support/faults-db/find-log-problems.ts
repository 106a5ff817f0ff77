import { nativeCollection } from '../../../models/database.ts';
import type { ExecutionDocument } from '../../../models/execution.ts';
import { type ExecutionEvent, findChainBreak } from '../../../src/domain/event.ts';
import { type ExecutionState, hasEnded } from '../../../src/domain/execution.ts';
import type { EngineFixture } from '../engine-fixture.ts';

/**
 * Looks at every execution of the database for what the invariants forbid: a log with a gap or a broken chain, a step that
 * was completed twice or without an event, something left in the outbox, something that waits for nothing.
 *
 * @returns what is wrong, one line each
 */
export async function findLogProblems({ engine, database }: EngineFixture): Promise<string[]> {
  const documents = await nativeCollection<ExecutionDocument>(database, 'executions')
    .find({}, { projection: { orgId: 1, outbox: 1, dead: 1, dueAt: 1, timerAt: 1 } })
    .toArray();
  const problems: string[] = [];
  for (const { _id: id, orgId, outbox, dead, dueAt, timerAt } of documents) {
    const { state } = await engine.read(orgId, id);
    const log = await engine.readLog(orgId, id);
    const found = [...logProblems(state, log), ...stackProblems(state, log)];
    const left = outbox.effects.length + outbox.events.length;
    if (left > 0) found.push(`${left} effects and events are still in the outbox`);
    if (dead.length > 0) found.push(`${dead.length} effects were given up`);
    if (dueAt?.getTime() !== timerAt?.getTime()) found.push('is due for nothing, or not due for its timer');
    problems.push(...found.map((problem) => `${id}: ${problem}`));
  }
  return problems;
}

function logProblems(state: ExecutionState, log: readonly ExecutionEvent[]): string[] {
  const problems: string[] = [];
  const brokenAt = findChainBreak(log);
  if (brokenAt !== null) problems.push(`the log breaks at ${brokenAt}`);
  const last = log.at(-1);
  if (last?.seq !== state.lastEventSeq || last.hash !== state.lastEventHash)
    problems.push(`the log ends at ${last?.seq}, the state at ${state.lastEventSeq}`);
  return problems;
}

function stackProblems(state: ExecutionState, log: readonly ExecutionEvent[]): string[] {
  const problems: string[] = [];
  for (const { id, status, index } of state.stack) {
    const completions = log.filter(
      ({ type, data }) => type === 'WORKFLOW_STEP_EXECUTION_COMPLETED' && data['stepExecutionId'] === id,
    ).length;
    if (completions !== (status === 'COMPLETED' ? 1 : 0))
      problems.push(`step ${index} is ${status} and has ${completions} completions in the log`);
  }
  const open = state.stack.filter(({ endedAt }) => endedAt === null).length;
  if (open !== (hasEnded(state) || state.status === 'FAILED' ? 0 : 1))
    problems.push(`${open} steps are open while it is ${state.status}`);
  return problems;
}
