import type { Effect } from '../../../src/domain/effect.ts';
import type { ExecutionRecord, Lease } from '../../../src/domain/execution-record.ts';
import type { Commit, Settlement } from '../../../src/domain/execution-store.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import type { Transition } from '../../../src/engine/draft.ts';
import { transition } from '../../../src/engine/transition.ts';
import { currentId, definition, human, minutesAfterStart, person, startTime } from '../builders.ts';

const workflow = definition([human('ok', { reminder: { every: '1d' } }), human('again')]);

export function lease(holder: string, untilMinutes = 1, released = false): Lease {
  return { holder, until: minutesAfterStart(untilMinutes), released };
}

export interface RecordOptions {
  id?: string;
  orgId?: string;
  startKey?: string | null;
  holder?: string;
  dueAt?: Date | null;
}

/** An execution as a process called `one` has just started it. */
export function record(options: RecordOptions = {}): ExecutionRecord {
  const command = {
    type: 'start',
    executionId: options.id ?? deriveId('execution', 'contract'),
    inputs: {},
    startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
    origin: { kind: 'slack', channelId: 'C0GEN', threadTs: null },
  } as const;
  const { orgId = workflow.orgId } = options;
  const { execution, events, effects } = transition({ ...workflow, orgId }, null, command, startTime);
  const held = lease(options.holder ?? 'one');
  const dueAt = options.dueAt === undefined ? held.until : options.dueAt;
  const outbox = { events, effects };
  const startKey = options.startKey ?? null;
  const delivery = { messages: {}, outbox, dead: [], lease: held, dueAt, settleCount: 0, startKey };
  return { state: execution, delivery };
}

/** What it is when Bo approves. */
export function approved(before: ExecutionRecord): Transition {
  const stepExecutionId = currentId(before.state);
  const by = person('bo');
  const command = { type: 'decide', stepExecutionId, outcome: 'approved', comment: null, output: null, by };
  return transition(
    workflow,
    before.state,
    command as Parameters<typeof transition>[2],
    minutesAfterStart(1),
  );
}

/** Bo's approval as a commit. `next` is the lease to write; by default the one that is there is kept. */
export function approval(before: ExecutionRecord, next: Lease = before.delivery.lease): Commit {
  const { execution: state, events, effects } = approved(before);
  return { before, state, events, effects, lease: next, dueAt: next.until };
}

/** The holder has moved all events and done all effects, and gives the lease back. */
export function settlement(of: ExecutionRecord, changes: Partial<Settlement> = {}): Settlement {
  return {
    executionId: of.state.id,
    v: of.state.v,
    holder: of.delivery.lease.holder,
    settleCount: of.delivery.settleCount,
    events: [],
    effects: [],
    newMessages: {},
    newDead: [],
    lease: { ...of.delivery.lease, until: minutesAfterStart(2), released: true },
    dueAt: of.state.timerAt,
    ...changes,
  };
}

export function effect(seq: number, more: Partial<Effect> = {}): Effect {
  return {
    kind: 'task-card',
    id: `${deriveId('execution', 'contract')}:${seq}`,
    seq,
    createdAt: startTime,
    attempts: 0,
    notBefore: null,
    lastError: null,
    maybeSent: false,
    ...more,
  } as Effect;
}
