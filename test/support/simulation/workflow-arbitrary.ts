import fc from 'fast-check';
import type { Deadline, Definition, Handoff, Policy, StepInput } from '../../../src/domain/definition.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { definition, human, userMessage, wait } from '../builders.ts';

/** Everything that can differ between two steps, small and plain so that it shrinks well. */
interface StepChoices {
  type: 'HUMAN' | 'USER_MESSAGE' | 'WAIT';
  /** How many of the three people are asked. */
  people: number;
  required: number;
  rejectionsRequired: number;
  excludeStarter: boolean;
  excludePrevious: boolean;
  reminder: { every: string; max: number } | null;
  deadline: {
    after: string;
    then: 'escalate' | 'late' | 'rejected' | 'fail';
    keepAnswerable: boolean;
  } | null;
  /** Where each outcome leads, as positions; beyond the last step: to the end. */
  approvedTo: number;
  rejectedTo: number;
  lateTo: number;
  /** False: no handoffs, so the next step by position. */
  isRouted: boolean;
  maxVisits: number;
  waitsFor: string | null;
  /** Needs an input that not every task has. */
  needsNote: boolean;
}

const durations = fc.constantFrom('30s', '15m', '4h', '1d', '2w', '52w');
const position = fc.nat({ max: 3 });

const stepChoices: fc.Arbitrary<StepChoices> = fc.record({
  type: fc.constantFrom('HUMAN', 'HUMAN', 'USER_MESSAGE', 'WAIT'),
  people: fc.integer({ min: 1, max: 3 }),
  required: fc.integer({ min: 1, max: 2 }),
  rejectionsRequired: fc.constantFrom(1, 1, 2),
  excludeStarter: fc.boolean(),
  excludePrevious: fc.constantFrom(false, false, true),
  reminder: fc.option(fc.record({ every: durations, max: fc.integer({ min: 1, max: 3 }) })),
  deadline: fc.option(
    fc.record({
      after: durations,
      then: fc.constantFrom('escalate', 'escalate', 'late', 'rejected', 'fail'),
      keepAnswerable: fc.boolean(),
    }),
  ),
  approvedTo: position,
  rejectedTo: position,
  lateTo: position,
  isRouted: fc.boolean(),
  maxVisits: fc.integer({ min: 1, max: 3 }),
  waitsFor: fc.option(durations),
  needsNote: fc.constantFrom(false, false, false, true),
});

/** Signals that a `WAIT` step may wait for. */
export const signalName = 'go';

const workflowChoices = fc.array(stepChoices, { minLength: 1, maxLength: 3 });
/** What a second revision changes of a step; often what a move has to look at. */
const changedFields = fc.array(
  fc.constantFrom<keyof StepChoices>(
    'deadline',
    'deadline',
    'reminder',
    'reminder',
    'excludeStarter',
    'excludeStarter',
    'excludePrevious',
    'type',
    'people',
    'required',
    'rejectionsRequired',
    'approvedTo',
    'rejectedTo',
    'isRouted',
    'maxVisits',
    'waitsFor',
    'needsNote',
  ),
  { maxLength: 3 },
);

/** A workflow of one to three steps with reminders, deadlines, quorums, waits and cycles. */
export function workflowArbitrary(orgId: string, revision: number): fc.Arbitrary<Definition> {
  return workflowChoices.map((choices) => makeWorkflow(orgId, revision, choices));
}

/** Two revisions of one workflow: in the second some steps are new or gone, and some are partly changed. */
export function revisionsArbitrary(orgId: string): fc.Arbitrary<readonly [Definition, Definition]> {
  const changed = fc.array(changedFields, { minLength: 3, maxLength: 3 });
  return fc.tuple(workflowChoices, workflowChoices, changed).map(([first, other, fields]) => {
    const second = other.map((choices, index) => {
      const before = first[index];
      return before === undefined ? choices : { ...before, ...pickFields(choices, fields[index] ?? []) };
    });
    return [makeWorkflow(orgId, 1, first), makeWorkflow(orgId, 2, second)] as const;
  });
}

function pickFields(choices: StepChoices, fields: readonly (keyof StepChoices)[]): Partial<StepChoices> {
  return Object.fromEntries(fields.map((field) => [field, choices[field]]));
}

function makeWorkflow(orgId: string, revision: number, choices: readonly StepChoices[]): Definition {
  return {
    ...definition(choices.map((choice, index) => makeStep(choice, index, choices.length))),
    orgId,
    workflowId: deriveId('workflow', orgId),
    revision,
    revisionId: deriveId('revision', orgId, revision),
  };
}

const people = ['U0BO', 'U0CHI', 'U0DEE'];

function makeStep(choices: StepChoices, index: number, count: number): StepInput {
  const { type, reminder, deadline, maxVisits, waitsFor, needsNote } = choices;
  const name = nameOf(index);
  const handoffs = makeHandoffs(choices, count);
  const common = { maxVisits, ...(handoffs.length === 0 ? {} : { handoffs }) };
  if (type === 'WAIT') {
    return wait(name, { ...common, ...(waitsFor === null ? { signal: signalName } : { for: waitsFor }) });
  }
  const asks = {
    ...common,
    inputsTemplate: { message: needsNote ? 'Mind {{inputs.note}}' : `Please do ${name}` },
    assignees: people.slice(0, choices.people),
    ...(reminder === null ? {} : { reminder }),
    ...(deadline === null ? {} : { deadline: makeDeadline(choices, deadline) }),
  };
  if (type === 'HUMAN') return human(name, { ...asks, policy: makePolicy(choices) });
  const { assignee: _one, ...step } = userMessage(name, asks) as Extract<StepInput, { type: 'USER_MESSAGE' }>;
  return step;
}

function makeHandoffs(choices: StepChoices, count: number): Handoff[] {
  const { type, approvedTo, rejectedTo, lateTo, isRouted } = choices;
  const to = (at: number): string => (at < count ? nameOf(at) : 'complete');
  if (!isRouted) return [];
  const late = timeoutCondition(choices) === 'late' ? [{ condition: 'late', to: to(lateTo) }] : [];
  if (type !== 'HUMAN') return [{ condition: 'default', to: to(approvedTo) }, ...late];
  const approved = { condition: 'approved', to: to(approvedTo) };
  const rejected = { condition: 'rejected', to: to(rejectedTo) };
  return [approved, rejected, ...late];
}

/** No more votes than there are people; exclusions may still leave too few. */
function makePolicy(choices: StepChoices): Policy {
  const { excludeStarter, excludePrevious } = choices;
  const required = Math.min(choices.required, choices.people);
  const rejectionsRequired = Math.min(choices.rejectionsRequired, choices.people);
  return { required, rejectionsRequired, excludeStarter, excludePrevious };
}

function makeDeadline(
  choices: StepChoices,
  { after, then, keepAnswerable }: NonNullable<StepChoices['deadline']>,
): Deadline {
  if (then === 'fail') return { after, then };
  const condition = timeoutCondition(choices);
  if (condition !== null) return { after, then: condition, confirm: 'a timeout approves' };
  return { after, then: 'escalate', escalateTo: ['U0DEE', 'U0EVE', 'U0ANA', '@delegate'], keepAnswerable };
}

/** What a timeout decides, in words that the step has; null when it escalates. */
function timeoutCondition({ type, deadline, isRouted }: StepChoices): 'late' | 'rejected' | null {
  if (deadline === null || type === 'WAIT') return null;
  if (deadline.then === 'escalate' || deadline.then === 'fail') return null;
  if (type === 'HUMAN' && deadline.then === 'rejected') return 'rejected';
  return isRouted ? 'late' : null;
}

function nameOf(index: number): string {
  return `step_${index}`;
}
