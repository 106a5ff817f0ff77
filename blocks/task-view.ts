import {
  complete,
  type Definition,
  findStep,
  isAskStep,
  type Outcome,
  outcomesOf,
  type Step,
} from '../src/domain/definition.ts';
import type { ExecutionState, StepExecution } from '../src/domain/execution.ts';
import { taskRef } from '../src/domain/ids.ts';
import { renderTemplate } from '../src/domain/template.ts';
import { askedStep } from '../src/domain/tool-approval.ts';
import { bold } from './elements.ts';
import { clip, inline, oneLine } from './escape.ts';

/** A task as it stands at one moment, with the definition that it is pinned to. */
export interface TaskView {
  execution: ExecutionState;
  definition: Definition;
}

/** One visit of the task to a step. */
export interface StepView extends TaskView {
  /** Place of the step execution in the stack. */
  stepIndex: number;
}

/** A step execution together with its step; `step` is undefined only when the revision lacks it. */
export interface Visit {
  stepExecution: StepExecution;
  step: Step | undefined;
}

const maxTitleLength = 150;
const maxStepTitleLength = 63;
const maxSharedTitleLength = 30;
const maxLabelLength = 75;
const lineBreak = /\r\n|\r|\n|\u2028|\u2029/;

/** @throws RangeError when the task has no such visit, which is an error of the caller */
export function visitOf(view: StepView): Visit {
  const stepExecution = view.execution.stack[view.stepIndex];
  if (stepExecution === undefined) throw new RangeError(`the task has no step execution ${view.stepIndex}`);
  const step = findStep(view.definition, stepExecution.stepId);
  return { stepExecution, step: step === undefined ? undefined : askedStep(step, stepExecution) };
}

/** True while somebody can act on it. */
export function isOpen(execution: ExecutionState, stepExecution: StepExecution): boolean {
  return execution.status === 'RUNNING' && stepExecution.status === 'STARTED';
}

/** `*Refund approval* #4f02ab`, in mrkdwn. */
export function taskName(execution: ExecutionState): string {
  return `${bold(clip(execution.workflowName, maxTitleLength))} #${taskRef(execution.id)}`;
}

/** `Refund approval #4f02ab`, escaped, without markup. */
export function plainTaskName(execution: ExecutionState): string {
  return `${clip(inline(execution.workflowName), maxTitleLength)} #${taskRef(execution.id)}`;
}

/** A step's or field's name as people would write it: `manager_ok` and `managerOk` give `Manager ok`. */
export function humanise(name: string): string {
  const words = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/[_\s-]+/g, ' ')
    .trim();
  if (words === '') return name;
  const lower = words.replace(/\p{Lu}\p{Ll}+/gu, (word) => word.toLowerCase());
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** A step as people call it: the first line of its description, else its name as people would write it; unescaped. */
export function stepTitle({ name, description }: Pick<Step, 'name' | 'description'>): string {
  const first = (description ?? '').trim().split(lineBreak)[0] ?? '';
  return clip(oneLine(first), maxStepTitleLength) || humanise(name);
}

/** The same where steps are told apart by it: with the name behind it when several steps have this title. */
export function uniqueStepTitle(steps: readonly Step[], step: Step): string {
  const title = stepTitle(step);
  const isShared = steps.some((other) => other.id !== step.id && stepTitle(other) === title);
  return isShared ? `${clip(title, maxSharedTitleLength)} (${step.name})` : title;
}

/** The title of the step with this name, told apart from the others; the name where there is none. */
export function titleOfStep(steps: readonly Step[], name: string): string {
  const step = steps.find((candidate) => candidate.name === name);
  return step === undefined ? name : uniqueStepTitle(steps, step);
}

/**
 * Where a handoff leads: the title of the step, or that the task ends.
 *
 * @param say how a title is said. Default: as it is
 */
export function titleOrEnd(
  steps: readonly Step[],
  to: string,
  say = (title: string): string => title,
): string {
  return to === complete ? 'the end' : say(titleOfStep(steps, to));
}

/** The title of the step that was visited. */
export function visitTitle({ stepExecution, step }: Visit): string {
  return stepTitle(step ?? { name: stepExecution.stepName });
}

/** What the step says to people: its rendered message, trimmed. */
export function messageOf(stepExecution: StepExecution): string {
  const message = stepExecution.run?.approval?.message ?? stepExecution.inputs['message'];
  return typeof message === 'string' ? message.trim() : '';
}

/** The title of an ask is the decision: the first line of its message, unescaped, on one line. */
export function askTitle(stepExecution: StepExecution): string {
  const first = messageOf(stepExecution).split(lineBreak)[0] ?? '';
  return oneLine(first) || humanise(stepExecution.stepName);
}

/** The outcomes of the step, or none when it is not decided. */
export function outcomesOfVisit({ step }: Visit): readonly Outcome[] {
  return step?.type === 'HUMAN' ? outcomesOf(step) : [];
}

/** An outcome's label, or its name where the revision lacks it; escaped. */
export function outcomeLabel(visit: Visit, outcome: string): string {
  const found = outcomesOfVisit(visit).find(({ name }) => name === outcome);
  return clip(inline(found?.label ?? outcome), maxLabelLength);
}

/** Whom the step's deadline escalates to, as far as the task's values say it; empty when they do not. */
export function escalationRecipients({ execution, definition }: TaskView, step: Step | undefined): string[] {
  if (step === undefined || !isAskStep(step)) return [];
  const { context } = execution;
  const rendered = (step.deadline?.escalateTo ?? []).flatMap((template) => {
    try {
      return renderTemplate(template, context, definition.inputsSchema).split(',');
    } catch {
      // The step fails when its deadline passes; here there is just nobody to name yet.
      return [];
    }
  });
  return [...new Set(rendered.map((text) => text.trim()).filter((text) => text !== ''))];
}

/** A sentence that has steps by their names in quotes, with their titles instead. */
export function withStepTitles(text: string, steps: readonly Step[]): string {
  return steps.reduce(
    (said, step) => said.replaceAll(`"${step.name}"`, `“${uniqueStepTitle(steps, step)}”`),
    text,
  );
}
