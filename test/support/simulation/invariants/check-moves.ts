import { isDeepStrictEqual } from 'node:util';
import type { ExecutionState, StepExecution } from '../../../../src/domain/execution.ts';
import type { JournalEntry } from '../journal.ts';
import type { Evidence } from './evidence.ts';

/**
 * The revision changes where the log says that the task was moved, and nowhere else; and a task that is moved stays where
 * it is: nothing of what was done is lost, nobody is asked anew, and every vote counts.
 */
export function checkMoves({ id, entries }: Evidence): string[] {
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1]?.state ?? entry.state;
    const problem = checkEntry(before, entry);
    return problem === null ? [] : [`${id}: v ${entry.state.v} ${problem}`];
  });
}

function checkEntry(before: ExecutionState, { state, events, effects }: JournalEntry): string | null {
  const told = events.find(({ type }) => type === 'WORKFLOW_EXECUTION_MOVED');
  if (told === undefined) return state.revisionId === before.revisionId ? null : 'changed its revision';
  const { from, to } = told.data;
  if (from !== before.revision || to !== state.revision || from === to)
    return `says that it was moved from ${JSON.stringify(from)} to ${JSON.stringify(to)}`;
  if (effects.some(({ kind }) => kind === 'ask')) return 'was moved and asks anew';
  const excluded = Array.isArray(told.data['excluded']) ? told.data['excluded'] : [];
  if (state.stack.at(-1)?.assignees.some((one) => excluded.includes(one)) === true)
    return 'was moved and still asks who is excluded';
  const isKept =
    state.status === before.status &&
    isDeepStrictEqual(state.context, before.context) &&
    isDeepStrictEqual(state.stack.map(kept), before.stack.map(kept));
  return isKept ? null : 'was moved, and lost or gained something';
}

/** What a move leaves as it was: all but when something is or was due, what is seen of the decision, and who is excluded. */
function kept(visit: StepExecution): Partial<StepExecution> {
  const { timers: _due, escalatedAt: _late, decisionDigest: _seen, ...others } = visit;
  const { assignees: _open, unanswerable: _told, asks, ...rest } = others;
  const asked = asks.map((ask) => (ask.closed?.why === 'excluded' ? { ...ask, closed: null } : ask));
  return { ...rest, asks: asked } as Partial<StepExecution>;
}
