import { Refusal } from '../../src/domain/refusal.ts';
import { person, programKey } from '../support/builders.ts';
import type { Stage } from './stage.ts';

/** How a task goes on from its golden file, and what it must have come to in the end. */
export interface Resume {
  play(stage: Stage): Promise<void>;
  status: 'COMPLETED' | 'CANCELLED' | 'EXPIRED';
  /** `<step> <visit> <status> <outcome>` for each step execution. */
  stack: string[];
  /** Effects that must have been done after the resumption, whatever else was. */
  performed: string[];
  /** Effects that the earlier bot may have sent: they must be looked for before they are sent again. */
  inDoubt?: string[];
  /** Effects that had been given up before. Default 0. */
  dead?: number;
}

const bo = person('bo');
const chi = person('chi');
const dayMs = 86_400_000;
const minuteMs = 60_000;
const approvedThenTold = ['ok 1 COMPLETED approved', 'tell 1 COMPLETED null'];

/** Each way in which a task goes on, by the name of its scenario. */
const resumesNow = {
  'human-one-vote-of-two': {
    async play(stage) {
      await refused(stage.decide(bo, 'approved'), 'already-voted');
      await stage.decide(chi, 'approved');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: approvedThenTold,
    performed: ['update-asks', 'ask', 'task-card', 'outcome-note'],
  },
  'human-before-its-effects': {
    async play(stage) {
      await stage.pass(minuteMs);
      await stage.decide(bo, 'approved');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: approvedThenTold,
    performed: ['task-card', 'ask', 'update-asks', 'outcome-note'],
    inDoubt: ['task-card', 'ask'],
  },
  'decided-before-its-effects': {
    async play(stage) {
      await stage.pass(minuteMs);
      await refused(stage.decide(bo, 'approved'), 'wrong-command');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: approvedThenTold,
    performed: ['update-asks', 'ask', 'task-card', 'outcome-note'],
    inDoubt: ['update-asks', 'ask'],
  },
  'human-ask-put-off': {
    async play(stage) {
      await stage.pass(minuteMs);
      await stage.decide(bo, 'approved');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: approvedThenTold,
    performed: ['ask', 'update-asks', 'outcome-note'],
    inDoubt: ['ask'],
  },
  'human-ask-undeliverable': {
    async play(stage) {
      await stage.decide(bo, 'approved');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: approvedThenTold,
    performed: ['update-asks', 'ask', 'outcome-note'],
    dead: 1,
  },
  'human-reminder-and-deadline': {
    async play(stage) {
      await stage.pass(dayMs + minuteMs);
      await stage.pass(dayMs);
      await refused(stage.decide(chi, 'approved'), 'not-entitled');
      await stage.decide(person('lead'), 'approved');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: approvedThenTold,
    performed: ['remind', 'ask', 'step-note', 'update-asks', 'outcome-note'],
  },
  'human-second-visit': {
    async play(stage) {
      await stage.decide(bo, 'again');
      await stage.decide(bo, 'done');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: [
      'check 1 COMPLETED again',
      'check 2 COMPLETED again',
      'check 3 COMPLETED done',
      'tell 1 COMPLETED null',
    ],
    performed: ['update-asks', 'ask', 'outcome-note'],
  },
  'human-pinned-to-old-revision': {
    async play(stage) {
      await stage.decide(bo, 'approved');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: approvedThenTold,
    performed: ['update-asks', 'ask', 'outcome-note'],
  },
  'moved-to-another-revision': {
    async play(stage) {
      if ((await stage.pass(dayMs)) > 0) throw new Error('the deadline came too early');
      await refused(stage.decide(bo, 'approved'), 'already-voted');
      await stage.decide(chi, 'approved');
      await stage.decide(bo, 'approved');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: ['ok 1 COMPLETED approved', 'check 1 COMPLETED approved', 'tell 1 COMPLETED null'],
    performed: ['update-asks', 'ask', 'task-card', 'outcome-note'],
  },
  'moved-a-day-later': {
    async play(stage) {
      const { updatedAt: movedAt, stack } = (await stage.read()).state;
      const deadlineAt = stack.at(-1)?.timers.deadlineAt?.getTime() ?? 0;
      if (deadlineAt - movedAt.getTime() !== 2 * dayMs) throw new Error('the deadline counts from elsewhere');
      // By now it would have passed if it counted from the start.
      if ((await stage.pass(dayMs + 60 * minuteMs)) > 0) throw new Error('the deadline came too early');
      await stage.decide(bo, 'approved');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: approvedThenTold,
    performed: ['update-asks', 'ask', 'outcome-note'],
  },
  'user-message-waiting': {
    async play(stage) {
      await refused(stage.complete(bo), 'not-entitled');
      await stage.complete(programKey);
      await stage.decide(bo, 'rejected', 'No');
    },
    status: 'COMPLETED',
    stack: ['tell 1 COMPLETED null', 'ok 1 COMPLETED rejected'],
    performed: ['update-asks', 'ask', 'outcome-note'],
  },
  'wait-for-a-time': {
    async play(stage) {
      if ((await stage.pass(2 * dayMs - minuteMs)) > 0) throw new Error('the wait ended too early');
      await stage.pass(minuteMs);
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: ['pause 1 COMPLETED null', 'tell 1 COMPLETED null'],
    performed: ['ask', 'task-card', 'outcome-note'],
  },
  'wait-for-a-signal': {
    async play(stage) {
      await stage.execute({ type: 'signal', name: 'paid', payload: 1, by: programKey });
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: ['paid 1 COMPLETED null', 'shipped 1 COMPLETED null', 'tell 1 COMPLETED null'],
    performed: ['ask', 'task-card', 'outcome-note'],
  },
  'failed-no-handoff': {
    async play(stage) {
      await refused(stage.decide(bo, 'yes'), 'execution-failed');
      await stage.execute({ type: 'retry', by: bo });
      await stage.decide(bo, 'yes');
      await stage.complete(chi);
    },
    status: 'COMPLETED',
    stack: ['ok 1 FAILED no', 'ok 2 COMPLETED yes', 'tell 1 COMPLETED null'],
    performed: ['ask', 'update-asks', 'outcome-note'],
  },
  completed: { play: staysEnded, status: 'COMPLETED', stack: ['ok 1 COMPLETED approved'], performed: [] },
  cancelled: { play: staysEnded, status: 'CANCELLED', stack: ['ok 1 CANCELLED null'], performed: [] },
  expired: { play: staysEnded, status: 'EXPIRED', stack: ['ok 1 CANCELLED null'], performed: [] },
} satisfies Record<string, Resume>;

/**
 * Files from before people's asks were a list of their own, signals were kept in order and settlements were counted.
 * They are what the engine wrote then, and are never written anew.
 */
const firstFormat = [
  'human-one-vote-of-two',
  'human-before-its-effects',
  'human-reminder-and-deadline',
  'wait-for-a-signal',
] as const;

/** For each golden file, by its name. */
export const resumes: Readonly<Record<string, Resume>> = {
  ...resumesNow,
  ...Object.fromEntries(firstFormat.map((name) => [`${name}-first-format`, resumesNow[name]])),
};

async function staysEnded(stage: Stage): Promise<void> {
  if ((await stage.pass(366 * dayMs)) > 0) throw new Error('something was due of a task that has ended');
  await refused(stage.execute({ type: 'retry', by: bo }), 'execution-ended');
  await refused(stage.execute({ type: 'cancel', reason: null, by: bo }), 'execution-ended');
}

async function refused(done: Promise<unknown>, kind: Refusal['reason']['kind']): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (error instanceof Refusal && error.reason.kind === kind) return;
    throw error;
  }
  throw new Error(`it was accepted, and should have been refused as ${kind}`);
}
