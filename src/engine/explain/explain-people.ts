import { openAsks } from '../../domain/asks.ts';
import { type HumanStep, type Step, findStep } from '../../domain/definition.ts';
import type { Ask } from '../../domain/execution.ts';
import { askedStep } from '../../domain/tool-approval.ts';
import { countVotes } from '../../domain/votes.ts';
import type { AskedPerson, Why } from '../../domain/why.ts';
import { pendingIndexes } from '../steps/remind.ts';
import { lastOf, proofOf } from './proof.ts';
import { type WhyAtStep, listWords, spanWords, timeWords } from './why-facts.ts';

/** A step at which people are asked. */
export function explainPeople(facts: WhyAtStep): Why {
  const refused = explainRefused(facts);
  if (refused !== null) return refused;
  const { current, definition } = facts;
  const found = findStep(definition, current.stepId);
  const step = found === undefined ? undefined : askedStep<Step>(found, current);
  if (step?.type === 'HUMAN' && current.votes.length > 0) return explainVotes(facts, step);
  return explainWaiting(facts);
}

const asked = [
  'WORKFLOW_STEP_EXECUTION_STARTED',
  'WORKFLOW_STEP_EXECUTION_REASSIGNED',
  'WORKFLOW_STEP_EXECUTION_REMINDER',
  'WORKFLOW_STEP_EXECUTION_ESCALATED',
] as const;

function explainWaiting(facts: WhyAtStep): Why {
  const { current, now } = facts;
  const pending = pendingAsks(facts);
  const who = listWords(
    pending.map(({ recipient }) => recipient),
    'or',
  );
  const events = proofOf(facts, ...asked);
  if (pending.length === 0 || current.unanswerable !== null) {
    return {
      cause: 'waiting-for-people',
      sentence: `"${current.stepName}" waits, and nobody is left who can answer: ${current.unanswerable?.reason ?? 'nobody is asked.'}`,
      details: timerLines(facts),
      events,
      next: { kind: 'reassign', words: 'Ask somebody else.' },
    };
  }
  const since = pending.reduce((first, { askedAt }) => (askedAt < first ? askedAt : first), now);
  const absent = absentOf(facts, pending);
  const isAllAbsent = absent.length > 0 && absent.length === pending.length;
  return {
    cause: 'waiting-for-people',
    sentence: `"${current.stepName}" waits for ${who}, asked ${spanWords(now.getTime() - since.getTime())} ago.`,
    details: [...pending.map((ask) => askLine(ask)), ...absent.map(absenceLine), ...timerLines(facts)],
    events,
    next: {
      kind: 'reassign',
      words: isAllAbsent ? 'Ask somebody who is there.' : 'Ask somebody else, or wait for the answer.',
    },
  };
}

function explainVotes(facts: WhyAtStep, step: HumanStep): Why {
  const { current } = facts;
  const pending = pendingAsks(facts);
  const absent = absentOf(facts, pending);
  const tallies = countVotes(step, current.votes).filter(({ given }) => given > 0);
  const counts = tallies.map(({ outcome, given, required }) => `${outcome.label}: ${given} of ${required}`);
  const left = listWords(
    pending.map(({ recipient }) => recipient),
    'and',
  );
  return {
    cause: 'waiting-for-votes',
    sentence: `"${current.stepName}" waits for more decisions (${counts.join(', ')}); ${left} ${pending.length === 1 ? 'is' : 'are'} left.`,
    details: [
      ...current.votes.map(({ actor, outcome, at }) => {
        const name = actor.kind === 'system' ? 'Baton' : (actor.name ?? 'somebody');
        return `${name} chose "${outcome}" at ${timeWords(at)}.`;
      }),
      ...absent.map(absenceLine),
      ...timerLines(facts),
    ],
    events: proofOf(facts, 'WORKFLOW_STEP_EXECUTION_STARTED', 'WORKFLOW_STEP_EXECUTION_DECIDED'),
    next: { kind: 'reassign', words: 'Ask somebody else of those who are left, or wait for them.' },
  };
}

/** Nobody has got the message: Slack has refused it for good, or does so time and again. */
function explainRefused(facts: WhyAtStep): Why | null {
  const { current, delivery } = facts;
  const pending = pendingAsks(facts).map(({ recipient }) => recipient);
  const lines = new Map(current.undeliverable.map(({ recipient, reason }) => [recipient, reason]));
  const failing = [...delivery.outbox.effects, ...delivery.dead.map(({ effect }) => effect)];
  for (const effect of failing) {
    if (effect.kind !== 'ask' || effect.stepIndex !== current.index || effect.lastError === null) continue;
    const recipient = current.asks[effect.recipientIndex]?.recipient ?? '';
    if (!lines.has(recipient)) lines.set(recipient, effect.lastError);
  }
  if (pending.length === 0 || !pending.every((recipient) => lines.has(recipient))) return null;
  const who = listWords(pending, 'and');
  return {
    cause: 'slack-refused',
    sentence: `Slack did not take the message to ${who}, so nobody knows that "${current.stepName}" waits for them.`,
    details: pending.map((recipient) => `${recipient}: ${lines.get(recipient) ?? ''}`),
    events: proofOf(facts, 'WORKFLOW_STEP_EXECUTION_STARTED', 'WORKFLOW_STEP_EXECUTION_REASSIGNED'),
    next: { kind: 'reassign', words: 'Ask somebody whom Slack can reach, or mend what it says.' },
  };
}

function pendingAsks({ current }: WhyAtStep): Ask[] {
  const open = openAsks(current);
  return pendingIndexes(current).flatMap((index) => {
    const ask = current.asks[index];
    return ask !== undefined && open.includes(ask) ? [ask] : [];
  });
}

function absentOf({ people }: WhyAtStep, pending: readonly Ask[]): AskedPerson[] {
  return people.filter(
    ({ recipient, absence }) => absence !== null && pending.some((ask) => ask.recipient === recipient),
  );
}

function askLine({ recipient, askedAt, reminders, onBehalfOf }: Ask): string {
  const times = reminders === 1 ? 'once' : `${reminders} times`;
  const reminded = reminders === 0 ? 'not reminded' : `reminded ${times}`;
  const instead = onBehalfOf === null ? '' : `, for ${onBehalfOf}`;
  return `${recipient}${instead}: asked ${timeWords(askedAt)}, ${reminded}.`;
}

function absenceLine({ recipient, absence }: AskedPerson): string {
  if (absence?.kind === 'deactivated') return `${recipient}: the account is deactivated.`;
  if (absence === null) return `${recipient} is there.`;
  const { until, delegate } = absence;
  const instead = delegate === null ? 'nobody stands in' : `${delegate} stands in`;
  return `${recipient} is away until ${timeWords(until)}, ${instead}.`;
}

function timerLines({ current }: WhyAtStep): string[] {
  const { remindAt, deadlineAt } = current.timers;
  return [
    ...(remindAt === null ? [] : [`Next reminder: ${timeWords(remindAt)}.`]),
    ...(deadlineAt === null ? [] : [`Deadline: ${timeWords(deadlineAt)}.`]),
    ...(current.escalatedAt === null ? [] : [`Escalated: ${timeWords(current.escalatedAt)}.`]),
  ];
}

/** `WAIT`: for a time or a signal. */
export function explainWait(facts: WhyAtStep): Why {
  const { current, definition, now } = facts;
  const step = findStep(definition, current.stepId);
  const { wakeAt } = current.timers;
  const events = proofOf(facts, 'WORKFLOW_STEP_EXECUTION_STARTED');
  if (wakeAt === null) {
    const signal = step?.type === 'WAIT' ? step.signal : undefined;
    return {
      cause: 'waiting-for-signal',
      sentence: `"${current.stepName}" waits for the signal "${signal ?? ''}", which a program sends.`,
      details: [],
      events,
      next: { kind: 'reroute', words: 'Have the program send it, or send the task on without it.' },
    };
  }
  return {
    cause: 'waiting-until-time',
    sentence: `"${current.stepName}" waits until ${timeWords(wakeAt)}, which is in ${spanWords(wakeAt.getTime() - now.getTime())}.`,
    details: [],
    events: events.length > 0 ? events : lastOf(facts, 'WORKFLOW_STEP_EXECUTION_SCHEDULED'),
    next: { kind: 'none', words: 'Nothing: it goes on by itself then. Send it on if that is too late.' },
  };
}
