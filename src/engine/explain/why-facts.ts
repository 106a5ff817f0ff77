import type { Definition } from '../../domain/definition.ts';
import type { ExecutionEvent } from '../../domain/event.ts';
import type { StepExecution } from '../../domain/execution.ts';
import type { ExecutionRecord } from '../../domain/execution-record.ts';
import type { AskedPerson } from '../../domain/why.ts';

/** Everything that the cause is found from. */
export interface WhyFacts extends ExecutionRecord {
  definition: Definition;
  /** The whole log, in order. */
  events: readonly ExecutionEvent[];
  /** Those who are asked now; what is not known of them is left out. */
  people: readonly AskedPerson[];
  /** How many came earlier and wait at the same provider; null when it does not wait there. */
  queuedBehind: number | null;
  /** How long the claim of a run lasts without being renewed, which is done three times as often. */
  runLeaseMs: number;
  now: Date;
}

/** The facts with the visit that the task is at. */
export interface WhyAtStep extends WhyFacts {
  current: StepExecution;
}

/** A time as people and programs can read it without knowing where the other is. */
export function timeWords(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function listWords(items: readonly string[], word: 'and' | 'or'): string {
  if (items.length < 2) return items[0] ?? 'nobody';
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

const unitMs = { day: 86_400_000, hour: 3_600_000, minute: 60_000 } as const;

/** "3 days", "5 hours", "less than a minute". */
export function spanWords(ms: number): string {
  for (const [unit, length] of Object.entries(unitMs)) {
    const count = Math.floor(ms / length);
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}
