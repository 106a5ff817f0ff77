import { type Handoff, type Step, StepInput, complete } from '../../domain/definition.ts';
import { describeIssue, readUntrusted } from '../../domain/zod-issue.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts';
import type { StepChange } from './workflows.ts';

/** The longest name that a step may have. */
const maxNameLength = 63;

/**
 * The steps with one of them changed. Handoffs follow when it is renamed.
 *
 * @throws NotFoundError; ValidationError with the fields that are wrong
 */
export function withStepChanged(steps: readonly Step[], stepId: string, change: StepChange): Step[] {
  const before = requireStep(steps, stepId);
  if ('id' in change)
    throw new ValidationError('id cannot be changed.', [{ path: 'id', message: 'cannot be changed' }]);
  const after = mergeStep(before, change);
  return steps
    .map((step) => (step.id === stepId ? after : step))
    .map((step) => withTargets(step, before.name, after.name));
}

/**
 * The steps without one of them.
 *
 * @throws NotFoundError; ConflictError `step-in-use`; ValidationError when `redirectTo` is no other step
 */
export function withStepDeleted(
  steps: readonly Step[],
  stepId: string,
  redirectTo: string | undefined,
): Step[] {
  const { name } = requireStep(steps, stepId);
  const others = steps.filter((step) => step.id !== stepId);
  if (
    redirectTo !== undefined &&
    redirectTo !== complete &&
    !others.some((step) => step.name === redirectTo)
  ) {
    const message = `"${redirectTo}" is no other step of this workflow; use a step's name or "complete"`;
    throw new ValidationError(`redirectTo ${message}.`, [{ path: 'redirectTo', message }]);
  }
  const users = others.filter((step) => (step.handoffs ?? []).some(({ to }) => to === name));
  if (users.length > 0 && redirectTo === undefined) {
    const names = users.map((user) => `"${user.name}"`).join(', ');
    throw new ConflictError(
      `Handoffs of ${names} lead to the step "${name}". Say where they shall lead then (redirectTo: a step's name or "complete"), or change them first.`,
      'step-in-use',
    );
  }
  return redirectTo === undefined ? others : others.map((step) => withTargets(step, name, redirectTo));
}

/** The same steps in another order. @throws ValidationError unless each id is there exactly once */
export function withStepsReordered(steps: readonly Step[], stepIds: readonly string[]): Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const ordered = [...new Set(stepIds)].flatMap((stepId) => byId.get(stepId) ?? []);
  if (ordered.length === steps.length && stepIds.length === steps.length) return ordered;
  const message = `must have the id of each of the ${steps.length} steps exactly once`;
  throw new ValidationError(`stepIds ${message}.`, [{ path: 'stepIds', message }]);
}

/** The steps with a copy behind one of them. Nothing leads to the copy but the order. @throws NotFoundError */
export function withStepDuplicated(steps: readonly Step[], stepId: string, copyId: string): Step[] {
  const original = requireStep(steps, stepId);
  const copy = { ...original, id: copyId, name: freeName(original.name, steps) };
  return steps.flatMap((step) => (step.id === stepId ? [step, copy] : [step]));
}

/** @throws NotFoundError */
export function requireStep(steps: readonly Step[], stepId: string): Step {
  const found = steps.find((step) => step.id === stepId);
  if (found === undefined) throw new NotFoundError('There is no such step.');
  return found;
}

function mergeStep(step: Step, change: StepChange): Step {
  const { id, ...before } = step;
  const merged = Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(([, value]) => value !== null && value !== undefined),
  );
  const parsed = readUntrusted(StepInput, merged);
  if (parsed.success) return { ...parsed.data, id };
  const fields = parsed.error.issues.flatMap(describeIssue);
  const places = fields.map(({ path, message }) => `${path === '' ? 'the step' : path} ${message}`);
  throw new ValidationError(`The step is not right: ${places.join('; ')}.`, fields);
}

function withTargets(step: Step, from: string, to: string): Step {
  const { handoffs } = step;
  if (from === to || !handoffs?.some((handoff) => handoff.to === from)) return step;
  return {
    ...step,
    handoffs: handoffs.map((handoff): Handoff => (handoff.to === from ? { ...handoff, to } : handoff)),
  };
}

/** `name_2`, or the next number that is free. */
function freeName(name: string, steps: readonly Step[]): string {
  const stem = name.replace(/_\d+$/, '');
  for (let number = 2; ; number += 1) {
    const suffix = `_${number}`;
    const candidate = `${stem.slice(0, maxNameLength - suffix.length)}${suffix}`;
    if (!steps.some((step) => step.name === candidate)) return candidate;
  }
}
