import { type Definition, type HumanStep, type Step, isRefusal } from '../../domain/definition.ts';
import { type ExclusionRule, findExclusion } from '../../domain/exclusion.ts';
import type { ExecutionState } from '../../domain/execution.ts';

/** A step that somebody may not decide, by a two-person rule. */
export interface LeftToOthers {
  step: HumanStep & Step;
  rule: ExclusionRule;
}

/** The steps that a two-person rule keeps this person from deciding, and that others have not agreed to yet. */
export function findLeftToOthers(
  execution: ExecutionState,
  { steps }: Pick<Definition, 'steps'>,
  userId: string,
): LeftToOthers[] {
  return steps.flatMap((step): LeftToOthers[] => {
    const rule = findExclusion(execution, step, userId);
    if (rule === null || step.type !== 'HUMAN') return [];
    const newest = execution.stack.findLast(({ stepId }) => stepId === step.id);
    const isAgreed =
      newest?.status === 'COMPLETED' && newest.actor?.kind === 'person' && !isRefusal(step, newest.outcome);
    return isAgreed ? [] : [{ step, rule }];
  });
}

/** `You started this task, and the step "ok" must be decided by somebody else`. */
export function explainLeftToOthers({ step, rule }: LeftToOthers): string {
  const did = rule === 'starter' ? 'started this task' : 'decided an earlier step of this task';
  return `You ${did}, and the step "${step.name}" must be decided by somebody else`;
}
