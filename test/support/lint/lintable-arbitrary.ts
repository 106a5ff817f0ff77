import fc from 'fast-check';
import type { Definition, Handoff, StepInput } from '../../../src/domain/definition.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { definition, human, userMessage, wait } from '../builders.ts';

/** Fields of outputs are told apart by these values and no others; see `outputPool`. */
const risks = ['low', 'high', 'mid'];

const whenArbitrary: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constantFrom(...risks).map((risk) => field('risk', { const: risk })),
  fc.constantFrom(1, 2).map((minimum) => field('n', { type: 'integer', minimum })),
  fc.constantFrom(0, 1).map((maximum) => ({ properties: { n: { maximum } } })),
  fc.constant<JsonObject>({ type: 'object' }),
  fc.constant<JsonObject>({ required: ['risk'] }),
  fc.constant<JsonObject>({ not: field('risk', { const: 'low' }) }),
);

function field(name: string, schema: JsonObject): JsonObject {
  return { type: 'object', properties: { [name]: schema }, required: [name] };
}

const outputSchema: fc.Arbitrary<JsonObject> = fc
  .record({
    risks: fc.subarray(risks, { minLength: 1 }),
    isRiskRequired: fc.boolean(),
    isNumberRequired: fc.boolean(),
    maximum: fc.constantFrom(1, 2),
  })
  .map(({ risks: values, isRiskRequired, isNumberRequired, maximum }) => ({
    type: 'object',
    properties: { risk: { enum: values }, n: { type: 'integer', minimum: 0, maximum } },
    required: [...(isRiskRequired ? ['risk'] : []), ...(isNumberRequired ? ['n'] : [])],
    additionalProperties: false,
  }));

const choices = fc.record({
  type: fc.constantFrom('HUMAN', 'USER_MESSAGE', 'WAIT', 'PROMPT', 'PROMPT'),
  outputSchema: fc.option(outputSchema, { nil: undefined }),
  handoffs: fc.array(
    fc.record({
      condition: fc.constantFrom('approved', 'rejected', 'late', 'yes', 'no', 'default'),
      when: fc.option(whenArbitrary, { nil: undefined }),
      to: fc.nat({ max: 4 }),
    }),
    { maxLength: 4 },
  ),
  deadline: fc.constantFrom(null, 'late', 'rejected', 'fail'),
  isSignal: fc.boolean(),
  readsInput: fc.constantFrom('a', 'b', 'b.c', 'd'),
  readsStep: fc.nat({ max: 3 }),
  readsPart: fc.constantFrom(
    'output',
    'output.risk',
    'output.n',
    'comment',
    'condition',
    'actor.userId',
    'inputs.message',
  ),
});
type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;

export const inputsSchema: JsonObject = {
  type: 'object',
  properties: {
    a: { type: 'string' },
    b: { type: 'object', properties: { c: { type: 'string' } }, required: ['c'] },
  },
  required: ['a'],
};

/**
 * Workflows of one to four steps with cycles, conditions that contradict or hide each other, and steps that nothing
 * leads to. With `reads` the last step has a template that reads an input and what another step left.
 */
export function lintableWorkflow({ reads }: { reads: boolean }): fc.Arbitrary<Definition> {
  return fc.array(choices, { minLength: 1, maxLength: 4 }).map((drawn) =>
    definition(
      drawn.map((one, index) => makeStep(one, index, drawn.length, reads)),
      inputsSchema,
    ),
  );
}

/** The step that the template of the last step reads. */
export function stepReadIn({ steps }: Definition): string {
  return /steps\.(\w+)\./.exec(JSON.stringify(steps.at(-1)?.inputsTemplate))?.[1] ?? '';
}

function readStep(drawn: number, count: number): string {
  return `step_${Math.min(drawn, count - 1)}`;
}

function makeStep(drawn: Choices, index: number, count: number, reads: boolean): StepInput {
  const name = `step_${index}`;
  const isReader = reads && index === count - 1;
  const { type, readsInput, readsStep, readsPart } = drawn;
  const message = isReader
    ? `{{inputs.${readsInput}}} {{steps.${readStep(readsStep, count)}.${readsPart}}}`
    : 'Hello';
  const handoffs = makeHandoffs(drawn, count);
  const common = {
    ...(handoffs.length === 0 ? {} : { handoffs }),
    ...(drawn.outputSchema === undefined
      ? {}
      : { outputSchema: drawn.outputSchema as Record<string, never> }),
  };
  switch (type) {
    case 'HUMAN':
      return human(name, { ...common, inputsTemplate: { message }, ...deadlineOf(drawn, handoffs) });
    case 'USER_MESSAGE':
      return userMessage(name, { ...common, inputsTemplate: { message }, ...deadlineOf(drawn, handoffs) });
    case 'WAIT':
      return wait(name, {
        ...common,
        inputsTemplate: { message },
        ...(drawn.isSignal ? { signal: 'go' } : { for: '1d' }),
      });
    default:
      return { name, type: 'PROMPT', inputsTemplate: { prompt: 'Say', message }, ...common };
  }
}

/** Only what `checkDefinition` lets pass. */
function makeHandoffs({ handoffs, type, deadline }: Choices, count: number): Handoff[] {
  return handoffs
    .filter(({ condition, when }) => {
      if (condition === 'default') return when === undefined;
      if (type !== 'HUMAN' || when !== undefined) return true;
      return condition === 'approved' || condition === 'rejected' || condition === deadline;
    })
    .map(({ condition, when, to }) => ({
      condition,
      ...(when === undefined ? {} : { when: when as Record<string, never> }),
      to: to < count ? `step_${to}` : 'complete',
    }));
}

function deadlineOf({ deadline, type }: Choices, handoffs: readonly Handoff[]): object {
  if (deadline === null) return {};
  const isKnown =
    deadline === 'fail' ||
    (handoffs.length > 0
      ? handoffs.some(({ condition }) => condition === deadline)
      : type === 'HUMAN' && deadline === 'rejected');
  return isKnown ? { deadline: { after: '1d', then: deadline, confirm: 'a timeout approves' } } : {};
}
