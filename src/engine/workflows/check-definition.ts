import {
  type Definition,
  type AskStep,
  type Step,
  type WaitStep,
  complete,
  defaultCondition,
  escalate,
  failAtDeadline,
  findStepByName,
  isAskStep,
  outcomesOf,
} from '../../domain/definition.ts';
import { assertJsonSchema } from '../../domain/json-schema.ts';
import { parseRecipient } from '../../domain/recipient.ts';
import { assertTemplate } from '../../domain/template-syntax.ts';
import { AppError, type FieldError, ValidationError } from '../../errors.ts';
import { checkPeople } from './check-people.ts';

const maxSteps = 50;
const maxLength = 1_000_000;
const maxStepLength = 128 * 1024;
/** Each gives a text of up to 40,000 characters, which are kept in the task. */
const maxTemplates = 200;

/**
 * Promises that a definition can be run: schemas and templates are valid, names are unique, and every
 * handoff leads somewhere.
 *
 * @throws ValidationError with every place that is wrong
 */
export function checkDefinition(definition: Pick<Definition, 'inputsSchema' | 'steps'>): void {
  const errors: FieldError[] = [];
  const check = (work: () => void): void => collect(errors, work);
  check(() => assertJsonSchema(definition.inputsSchema, 'inputsSchema'));
  if (JSON.stringify(definition.steps).length > maxLength) {
    errors.push({ path: 'steps', message: 'are too large: all together may have a million characters' });
  }
  if (definition.steps.length > maxSteps)
    errors.push({ path: 'steps', message: `has more than ${maxSteps} steps` });
  for (const [index, step] of definition.steps.entries()) {
    const path = `steps/${index}`;
    const earlier = findStepByName({ steps: definition.steps.slice(0, index) } as Definition, step.name);
    if (earlier !== undefined)
      errors.push({ path: `${path}/name`, message: `"${step.name}" is the name of another step` });
    if (JSON.stringify(step).length > maxStepLength)
      errors.push({ path, message: `is longer than ${maxStepLength} characters` });
    if (countTemplates(step.inputsTemplate) > maxTemplates)
      errors.push({ path: `${path}/inputsTemplate`, message: `has more than ${maxTemplates} templates` });
    checkTemplates(step, path, check);
    checkHandoffs(step, definition.steps, path, errors, check);
    checkByType(step, path, errors);
    checkPeople(step, path, errors, check);
  }
  if (errors.length === 0) return;
  const places = errors.map((error) => `${error.path} ${error.message}`).join('; ');
  throw new ValidationError(`The workflow cannot be saved: ${places}.`, errors, 'definition-invalid');
}

function checkTemplates(step: Step, path: string, check: (work: () => void) => void): void {
  checkTemplatesDeep(step.inputsTemplate ?? {}, `${path}/inputsTemplate`, check);
  if (step.type === 'WAIT') {
    const { until } = step;
    if (until !== undefined) check(() => assertTemplate(until, `${path}/until`));
    return;
  }
  if (step.type === 'AGENT') checkAssignees(step.approvers ?? [], `${path}/approvers`, check);
  if (!isAskStep(step)) return;
  if (step.type === 'USER_MESSAGE' && step.assignee !== undefined)
    checkAssignees([step.assignee], `${path}/assignee`, check);
  checkAssignees(step.assignees ?? [], `${path}/assignees`, check);
  checkAssignees(step.deadline?.escalateTo ?? [], `${path}/deadline/escalateTo`, check);
}

function countTemplates(value: unknown): number {
  if (typeof value === 'string') return value.includes('{{') ? 1 : 0;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((count, item) => count + countTemplates(item), 0);
}

function checkTemplatesDeep(value: unknown, path: string, check: (work: () => void) => void): void {
  if (typeof value === 'string') check(() => assertTemplate(value, path));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) checkTemplatesDeep(item, `${path}/${key}`, check);
}

function checkAssignees(assignees: readonly string[], path: string, check: (work: () => void) => void): void {
  for (const assignee of assignees) {
    check(() => {
      assertTemplate(assignee, path);
      if (assignee.includes('{{') || assignee.split(',').every((text) => parseRecipient(text) !== null))
        return;
      const message = `"${assignee}" names nobody: use a Slack user id, an email, @group, #channel or a template`;
      throw new ValidationError(message, [{ path, message }]);
    });
  }
}

function checkHandoffs(
  step: Step,
  steps: readonly Step[],
  path: string,
  errors: FieldError[],
  check: (work: () => void) => void,
): void {
  for (const [index, handoff] of (step.handoffs ?? []).entries()) {
    const at = `${path}/handoffs/${index}`;
    if (handoff.to !== complete && !steps.some(({ name }) => name === handoff.to)) {
      errors.push({
        path: `${at}/to`,
        message: `"${handoff.to}" is no step of this workflow; use a step's name or "complete"`,
      });
    }
    if (handoff.when !== undefined) check(() => assertJsonSchema(handoff.when, `${at}/when`));
    if (handoff.condition === defaultCondition && handoff.when !== undefined) {
      errors.push({
        path: `${at}/when`,
        message: 'cannot stand beside the condition "default", which always matches',
      });
    }
    if (step.type === 'HUMAN')
      checkOutcomeHandoff(step, handoff.condition, handoff.when === undefined, at, errors);
  }
  const { outputSchema } = step;
  if (outputSchema !== undefined) check(() => assertJsonSchema(outputSchema, `${path}/outputSchema`));
}

function checkOutcomeHandoff(
  step: Extract<Step, { type: 'HUMAN' }>,
  condition: string,
  isByName: boolean,
  path: string,
  errors: FieldError[],
): void {
  if (!isByName || condition === defaultCondition || condition === step.deadline?.then) return;
  const names = outcomesOf(step).map(({ name }) => name);
  if (names.includes(condition)) return;
  errors.push({
    path: `${path}/condition`,
    message: `"${condition}" is no outcome of this step; it has ${names.join(', ')}`,
  });
}

function checkByType(step: Step, path: string, errors: FieldError[]): void {
  if (step.type === 'WAIT') return checkWait(step, path, errors);
  if (step.type === 'HUMAN') {
    const names = outcomesOf(step).map(({ name }) => name);
    if (new Set(names).size < names.length)
      errors.push({ path: `${path}/outcomes`, message: 'has two outcomes with the same name' });
  }
  if (!isAskStep(step)) return;
  checkDeadline(step, path, errors);
  const { deadline } = step;
  if (deadline?.then === escalate && deadline.escalateTo === undefined) {
    errors.push({
      path: `${path}/deadline/escalateTo`,
      message: 'is required: say whom to ask when nobody answers',
    });
  }
}

/** What a timeout does must be said by a handoff or an outcome: it never approves by falling through. */
function checkDeadline(step: AskStep, path: string, errors: FieldError[]): void {
  const { deadline, handoffs = [] } = step;
  if (deadline === undefined || deadline.then === escalate || deadline.then === failAtDeadline) return;
  const conditions = handoffs.map(({ condition }) => condition);
  const isKnown =
    handoffs.length > 0
      ? conditions.includes(deadline.then)
      : step.type === 'HUMAN' && outcomesOf(step).some(({ name }) => name === deadline.then);
  if (isKnown) return;
  const message = `"${deadline.then}" must be "escalate", "fail" or the condition of one of the step's handoffs`;
  errors.push({ path: `${path}/deadline/then`, message });
}

function checkWait(step: WaitStep, path: string, errors: FieldError[]): void {
  const given = [step.for, step.until, step.signal].filter((value) => value !== undefined).length;
  if (given !== 1) errors.push({ path, message: 'must have exactly one of "for", "until" and "signal"' });
}

function collect(errors: FieldError[], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    errors.push(...error.fields);
  }
}
