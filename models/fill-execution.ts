import { systemActor } from '../src/domain/actor.ts';
import type { Effect } from '../src/domain/effect.ts';
import type { Ask, ExecutionState, KeptSignal, StepExecution, Vote } from '../src/domain/execution.ts';
import type { Outbox } from '../src/domain/execution-record.ts';
import type { JsonValue } from '../src/domain/json.ts';

/** How signals were kept when there was one for each name. */
type EarlierSignals = Record<string, JsonValue>;

/** The state as it is now, from a document that an earlier revision of Baton may have written. */
export function fillExecution(
  stored: Omit<ExecutionState, 'signals' | 'cancellation'> & {
    signals: KeptSignal[] | EarlierSignals;
    cancellation?: ExecutionState['cancellation'];
  },
): ExecutionState {
  const { signals, stack, createdAt, cancellation = null } = stored;
  return {
    ...stored,
    cancellation,
    signals: Array.isArray(signals) ? signals : fillSignals(signals, createdAt),
    stack: stack.every(isWhole)
      ? stack
      : stack.map((stepExecution) => fillRun(fillStepExecution(stepExecution))),
  };
}

function isWhole({ asks, run }: StepExecution): boolean {
  return asks !== undefined && run !== undefined;
}

/** Until there were steps that models and tools do, none had a run. */
function fillRun(stored: StepExecution): StepExecution {
  return stored.run === undefined ? { ...stored, run: null } : stored;
}

function fillSignals(signals: EarlierSignals, at: Date): KeptSignal[] {
  return Object.entries(signals).map(([name, payload]) => ({ name, payload, by: systemActor, at }));
}

/** Reminders from before they had a kind. A document that was read without its outbox stays without it. */
export function fillOutbox(stored: Outbox): Outbox {
  if (stored?.effects.every((effect) => effect.kind !== 'remind' || effect.about !== undefined) !== false)
    return stored;
  return { ...stored, effects: stored.effects.map(fillEffect) };
}

function fillEffect(stored: Effect): Effect {
  if (stored.kind !== 'remind') return stored;
  // What a reminder lacks is added; what it has stays.
  return Object.assign({ about: 'reminder', workingHours: false } as const, stored);
}

function fillStepExecution(stored: StepExecution): StepExecution {
  if (stored.asks !== undefined) return stored;
  const { assignees, scheduledAt, startedAt, remindersSent } = stored;
  const asks = assignees.map(
    (recipient): Ask => ({
      recipient,
      onBehalfOf: null,
      askedAt: startedAt ?? scheduledAt,
      reminders: remindersSent,
      closed: null,
    }),
  );
  return {
    ...stored,
    asks,
    votes: stored.votes.map((vote) => ({ ...vote, output: null, recipients: entitling(vote, assignees) })),
    timers: { ...stored.timers, warnAt: null },
    prefilled: {},
    decisionDigest: null,
    delegations: [],
    unanswerable: null,
    run: null,
  };
}

/** Which of the assignees entitled whoever voted is known when it was they themselves; else it may be any. */
function entitling({ actor }: Vote, assignees: readonly string[]): string[] {
  const own = assignees.filter((assignee) => actor.kind === 'person' && assignee === actor.userId);
  return own.length > 0 ? own : [...assignees];
}
