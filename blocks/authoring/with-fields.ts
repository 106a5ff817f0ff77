import { type Definition, type HumanStep, isRunStep, type Step } from '../../src/domain/definition.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { bold } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import { stepTitle } from '../task-view.ts';
import { fieldKeys, hasFields } from './field-schema.ts';
import { withField } from './step-part.ts';

/** Fields as a form has left them. `prefill`: what the field that was called `before` starts with; `key` is null when it was removed. */
export interface FieldsSaved {
  schema: JsonSchema;
  prefill?: { before: string | null; key: string | null; startsWith: string };
}

/** The fields of a step, or without one those that the workflow asks for; with what forms call them. `about` is mrkdwn. */
export function describeFields(
  { workflow, definition }: { workflow: Pick<Workflow, 'name'>; definition: Definition },
  step: Step | null,
): { about: string; title: string; root: string; schema: JsonSchema } {
  const name = clip(inline(workflow.name), 200);
  if (step === null) {
    const about = `What ${bold(name)} asks for when it is started`;
    return { about, title: 'Inputs', root: 'inputs', schema: definition.inputsSchema };
  }
  return {
    about: `What ${isRunStep(step) ? 'comes out of' : 'is filled in at'} ${bold(stepTitle(step))}, a step of ${name}`,
    title: isRunStep(step) ? 'Answer of the step' : 'Form of the step',
    root: `steps.${step.name}.output`,
    schema: (step.outputSchema ?? {}) as JsonSchema,
  };
}

/** The template with whose value a field starts; '' for none, null where fields cannot start with anything. */
export function fieldStart(step: Step | null, key: string | null): string | null {
  return step?.type === 'HUMAN' ? (step.prefill?.[key ?? ''] ?? '') : null;
}

/** What of the definition changes with the fields: of the step, or without one of the workflow. */
export function withFields(
  { steps }: Pick<Definition, 'steps'>,
  step: Step | null,
  { schema, prefill }: FieldsSaved,
): { inputsSchema: JsonSchema } | { steps: Step[] } {
  if (step === null) return { inputsSchema: schema };
  return {
    steps: steps.map((other) => (other.id === step.id ? withAnswer(other, schema, prefill) : other)),
  };
}

function withAnswer(step: Step, schema: JsonSchema, prefill: FieldsSaved['prefill']): Step {
  const changed: Step = { ...step, outputSchema: schema };
  // A model that is asked for no field answers with a text.
  if (isRunStep(step) && hasFields(schema) && fieldKeys(schema).length === 0)
    return withField(step, 'outputSchema', undefined);
  if (changed.type !== 'HUMAN') return changed;
  return withField(changed, 'prefill', prefillOf(changed, schema, prefill));
}

/** Fields that are no more start with nothing. */
function prefillOf(
  step: HumanStep,
  schema: JsonSchema,
  changed: FieldsSaved['prefill'],
): HumanStep['prefill'] | undefined {
  const known = fieldKeys(schema);
  const kept = Object.entries(step.prefill ?? {}).filter(
    ([key]) => key !== changed?.before && key !== changed?.key && known.includes(key),
  );
  const { key = null, startsWith = '' } = changed ?? {};
  const entries = key === null || startsWith === '' ? kept : [...kept, [key, startsWith] as const];
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
