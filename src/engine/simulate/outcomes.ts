import type { AskedCount, FoundOutcome } from '../../domain/exploration.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { Move } from '../../domain/rehearsal.ts';
import type { Explored, Visited } from './explorer.ts';

/** Each way in which a task was seen to end, or to stop, with the shortest path to it; in the order in which they were found. */
export function outcomesOf({ visited }: Explored): FoundOutcome[] {
  const found = new Map<string, FoundOutcome>();
  for (const one of visited) {
    const outcome = toOutcome(one.execution, movesTo(one), one.inputs);
    if (outcome === null) continue;
    const key = outcomeKey(outcome);
    if (!found.has(key)) found.set(key, outcome);
  }
  return [...found.values()];
}

export function outcomeKey({ status, step, condition, failure }: FoundOutcome): string {
  // A task that nobody ever takes up expires wherever it is.
  if (status === 'EXPIRED') return status;
  return JSON.stringify([status, step, condition, failure?.code]);
}

/** How the task ended; null when it goes on. */
export function toOutcome(
  execution: ExecutionState,
  moves: Move[],
  inputs: FoundOutcome['inputs'],
): FoundOutcome | null {
  const { status, stack, failure, createdAt, updatedAt } = execution;
  if (status === 'RUNNING' || status === 'CANCELLED') return null;
  const last = stack.at(-1);
  return {
    status,
    step: last?.stepName ?? null,
    condition: last?.outcome ?? last?.condition ?? null,
    failure: failure === null ? null : { code: failure.code, message: failure.message },
    inputs,
    moves,
    path: stack.map(({ stepName }) => stepName),
    tookMs: updatedAt.getTime() - createdAt.getTime(),
  };
}

/** What happened from the start to this situation. */
export function movesTo(visited: Visited): Move[] {
  const moves: Move[] = [];
  for (let at: Visited | null = visited; at !== null; at = at.parent)
    if (at.move !== null) moves.unshift(at.move);
  return moves;
}

/** How often each is asked in one of these tasks. */
export function countAsked(executions: readonly ExecutionState[]): AskedCount[] {
  const counts = executions.map(countOf);
  const recipients = [...new Set(counts.flatMap((count) => [...count.keys()]))];
  return recipients
    .map((recipient) => {
      const asked = counts.map((count) => count.get(recipient) ?? { asks: 0, reminders: 0 });
      return {
        recipient,
        least: Math.min(...asked.map(({ asks }) => asks)),
        most: Math.max(...asked.map(({ asks }) => asks)),
        reminders: Math.max(...asked.map(({ reminders }) => reminders)),
      };
    })
    .sort((left, right) => right.most - left.most || (left.recipient < right.recipient ? -1 : 1));
}

function countOf({ stack }: ExecutionState): Map<string, { asks: number; reminders: number }> {
  const counts = new Map<string, { asks: number; reminders: number }>();
  for (const ask of stack.flatMap(({ asks }) => asks)) {
    if (ask.closed?.why === 'excluded') continue;
    const { asks, reminders } = counts.get(ask.recipient) ?? { asks: 0, reminders: 0 };
    counts.set(ask.recipient, { asks: asks + 1, reminders: reminders + ask.reminders });
  }
  return counts;
}
