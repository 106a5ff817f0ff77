import { errorMessage } from '../../errors.ts';
import type { EffectPerformer } from '../effect-performer.ts';
import type { RunTicket } from './run-ticket.ts';

const announceAgainMs = 2_000;

/** Does `run-step` by telling workers of it, whether there is a Slack or not; leaves all else to `others`. */
export function createRunStepPerformer(
  announce: (ticket: RunTicket) => Promise<void>,
  others: EffectPerformer,
): EffectPerformer {
  return {
    async perform(effect, task) {
      if (effect.kind !== 'run-step') return others.perform(effect, task);
      const { id: executionId, orgId, stack } = task.execution;
      const stepExecution = stack[effect.stepIndex];
      if (stepExecution?.status !== 'SCHEDULED') return { kind: 'done' };
      try {
        await announce({ orgId, executionId, stepExecutionId: stepExecution.id });
        return { kind: 'done' };
      } catch (error) {
        return { kind: 'retry', afterMs: announceAgainMs, error: errorMessage(error), maybeSent: false };
      }
    },
  };
}
