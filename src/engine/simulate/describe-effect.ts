import type { Effect } from '../../domain/effect.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { WrittenEffect } from '../../domain/rehearsal.ts';

/** What would have been done outside, in words; null for what only keeps messages up to date. */
export function describeEffect(execution: ExecutionState, effect: Effect): WrittenEffect | null {
  const text = textOf(execution, effect);
  return text === null ? null : { kind: effect.kind, text };
}

function textOf({ stack, failure, status }: ExecutionState, effect: Effect): string | null {
  switch (effect.kind) {
    case 'task-card':
    case 'update-asks':
    case 'run-file':
      return null;
    case 'ask': {
      const visit = stack[effect.stepIndex];
      return `Asks ${recipient(effect)} at ${visit?.stepName ?? 'a step'}.`;
    }
    case 'remind':
      return effect.about === 'reminder'
        ? `Reminds ${recipient(effect)} (${effect.reminder}).`
        : `Warns ${recipient(effect)} that the deadline is near.`;
    case 'step-note':
      return `Says in the task's thread: ${stack[effect.stepIndex]?.stepName ?? 'a step'} ${effect.about}.`;
    case 'owner-note':
      return `Tells the workflow's owners: ${effect.reason}`;
    case 'run-step':
      return `Lets ${stack[effect.stepIndex]?.stepName ?? 'a step'} run.`;
    case 'outcome-note':
      return `Tells who started the task: ${status.toLowerCase()}${failure === null ? '' : `, ${failure.message}`}`;
  }

  function recipient({ stepIndex, recipientIndex }: { stepIndex: number; recipientIndex: number }): string {
    return stack[stepIndex]?.asks[recipientIndex]?.recipient ?? 'somebody';
  }
}
