import type { Step } from './definition.ts';
import type { ExecutionState } from './execution.ts';
import { parseRecipient } from './recipient.ts';

/** The two-person rules: who may not decide a step. */
export type ExclusionRule = 'starter' | 'previous';

/** The rule that keeps a person from deciding the step; null when none does. */
export function findExclusion(
  { startedBy, stack }: Pick<ExecutionState, 'startedBy' | 'stack'>,
  step: Step,
  userId: string,
): ExclusionRule | null {
  if (step.type !== 'HUMAN') return null;
  const isStarter = startedBy.kind === 'person' && startedBy.userId === userId;
  if (step.policy?.excludeStarter === true && isStarter) return 'starter';
  if (step.policy?.excludePrevious !== true) return null;
  const decidedEarlier = stack
    .filter((earlier) => earlier.type === 'HUMAN' && earlier.stepId !== step.id)
    .flatMap((earlier) => earlier.votes)
    .some((vote) => vote.actor.kind === 'person' && vote.actor.userId === userId);
  return decidedEarlier ? 'previous' : null;
}

/** The same for a recipient, as far as the text says who it is: by a Slack user id. Who is in a group, the edge knows. */
export function findRecipientExclusion(
  execution: Pick<ExecutionState, 'startedBy' | 'stack'>,
  step: Step,
  recipient: string,
): ExclusionRule | null {
  const parsed = parseRecipient(recipient);
  return parsed?.kind === 'user' ? findExclusion(execution, step, parsed.userId) : null;
}
