import { retryPolicyOf } from '../../domain/step-run.ts';
import { findStep, isRunStep } from '../../domain/definition.ts';
import type { Why } from '../../domain/why.ts';
import { explainPeople } from './explain-people.ts';
import { proofOf } from './proof.ts';
import { type WhyAtStep, spanWords, timeWords } from './why-facts.ts';

/** A step that a model or a tool does. */
export function explainRun(facts: WhyAtStep): Why {
  const { current } = facts;
  const waiting = current.run?.waiting ?? null;
  switch (waiting?.kind) {
    case 'approval':
      return explainPeople(facts);
    case 'no-provider':
      return {
        cause: 'no-provider-or-tool-server',
        sentence: `"${current.stepName}" waits for a model: ${waiting.message}`,
        details: [`It looks again by itself; it has waited since ${timeWords(waiting.since)}.`],
        events: proofOf(facts, 'WORKFLOW_STEP_EXECUTION_SCHEDULED'),
        next: { kind: 'configure', words: 'Have whoever runs Baton configure the provider.' },
      };
    case 'queued':
      return explainQueue(facts, waiting.message, waiting.since);
    case 'retrying':
      return explainRetry(facts, waiting.message);
    case undefined:
      return explainLease(facts);
  }
}

function explainQueue(facts: WhyAtStep, message: string, since: Date): Why {
  const { current, queuedBehind, now } = facts;
  const ahead =
    queuedBehind === null
      ? message
      : queuedBehind === 0
        ? 'It is next.'
        : `It is queued behind ${queuedBehind} ${queuedBehind === 1 ? 'other' : 'others'}.`;
  return {
    cause: 'queued-at-provider',
    sentence: `"${current.stepName}" waits for its turn at the model. ${ahead}`,
    details: [
      `All places of the provider have been taken for ${spanWords(now.getTime() - since.getTime())}.`,
    ],
    events: proofOf(facts, 'WORKFLOW_STEP_EXECUTION_SCHEDULED'),
    next: {
      kind: 'none',
      words: 'Nothing: it goes on by itself. A higher limit of the provider makes it faster.',
    },
  };
}

function explainRetry(facts: WhyAtStep, lastError: string): Why {
  const { current, definition } = facts;
  const step = findStep(definition, current.stepId);
  const { maxAttempts } = retryPolicyOf(step !== undefined && isRunStep(step) ? step.retry : undefined);
  const { wakeAt } = current.timers;
  const when = wakeAt === null ? 'soon' : `at ${timeWords(wakeAt)}`;
  return {
    cause: 'retrying',
    sentence: `"${current.stepName}" has failed and is tried again ${when}: attempt ${current.run?.attempt ?? 1} of ${maxAttempts}.`,
    details: [`The last error: ${lastError}`],
    events: proofOf(facts, 'WORKFLOW_STEP_EXECUTION_STARTED', 'WORKFLOW_STEP_EXECUTION_RETRIED'),
    next: {
      kind: 'none',
      words: 'Nothing: it is tried again by itself. Mend what the error names, or send it on.',
    },
  };
}

/** Somebody is at it, or was: a claim is renewed three times within its length while whoever has it lives. */
function explainLease(facts: WhyAtStep): Why {
  const { current, runLeaseMs, now } = facts;
  const lease = current.run?.lease ?? null;
  const events = proofOf(facts, 'WORKFLOW_STEP_EXECUTION_SCHEDULED', 'WORKFLOW_STEP_EXECUTION_STARTED');
  const next = { kind: 'none', words: 'Nothing: it goes on by itself.' } as const;
  if (lease !== null) {
    const renewedMs = lease.until.getTime() - runLeaseMs;
    const silentMs = now.getTime() - renewedMs;
    if (silentMs > (runLeaseMs * 2) / 3) {
      return {
        cause: 'worker-died',
        sentence: `Whoever did "${current.stepName}" has died: nothing was heard of them for ${spanWords(silentMs)}. Another takes over at ${timeWords(lease.until)}.`,
        details: [`It was begun ${current.run?.startsWithoutEnd ?? 1} times without coming to an end.`],
        events,
        next,
      };
    }
  }
  const doing = lease === null ? 'is about to be begun' : `is being done now, for ${sinceWords(facts)}`;
  return {
    cause: 'running',
    sentence: `"${current.stepName}" ${doing}.`,
    details: [],
    events,
    next,
  };
}

function sinceWords({ current, now }: WhyAtStep): string {
  return spanWords(now.getTime() - (current.startedAt ?? current.scheduledAt).getTime());
}
