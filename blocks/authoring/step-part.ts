import type { KnownBlock } from '@slack/types';
import type { Definition, Step } from '../../src/domain/definition.ts';
import { noResources, type StepResources } from '../../src/domain/step-resources.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { FormErrors } from '../form-errors.ts';
import type { FormState } from '../form-reader.ts';

/** The step that a form is about, where it stands. */
export interface PartContext {
  workflow: Pick<Workflow, 'name'>;
  definition: Definition;
  step: Step;
  /** False where menus of people cannot be shown, so that people are typed. */
  hasPickers: boolean;
  /** What steps that models and tools do can be made of. Default: nothing is known. */
  resources?: StepResources;
}

export function resourcesOf({ resources }: Pick<PartContext, 'resources'>): StepResources {
  return resources ?? noResources;
}

/** What a form gives back. `step` is as it was typed, also where `errors` say what is wrong with it. */
export interface PartResult {
  step: Step;
  errors: FormErrors;
  /** Where it stands then among the steps; the first is 0. Default: where it stood. */
  place?: number;
}

/** One part of a step, with the form that changes it and nothing else. */
export interface StepPartForm {
  /** In the menu of the step, and above what it is now. */
  label: string;
  /** Of the form; at most 24 characters. */
  title: string;
  appliesTo(step: Step): boolean;
  /** What it is now, in mrkdwn, in a few lines at most. */
  summary(context: PartContext): string;
  blocks(context: PartContext): KnownBlock[];
  read(context: PartContext, state: FormState): PartResult;
}

/** The step without these fields. */
export function without<Field extends string>(step: Step, ...fields: readonly Field[]): Step {
  const kept = Object.entries(step).filter(([name]) => !fields.some((field) => field === name));
  return Object.fromEntries(kept) as unknown as Step;
}

/** The step with the field, or without it where the value is undefined. */
export function withField(step: Step, field: string, value: unknown): Step {
  const rest = without(step, field);
  return value === undefined ? rest : ({ ...rest, [field]: value } as Step);
}
