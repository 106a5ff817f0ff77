import type { KnownBlock } from '@slack/types';
import type { HumanStep } from '../../domain/definition.ts';
import type { StepExecution } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { FieldError } from '../../errors.ts';
import type { FormErrors, FormState } from './forms/block-inputs.ts';

/** Slack's forms, for pages to ask the same questions and to read the answers by the same rules. */
export interface BoardForms {
  /** True for an outcome that is decided with fields. */
  hasFields(step: HumanStep, outcome: string): boolean;
  /** The fields of a decision, filled in with what this person may edit. Without the reason. */
  decisionFields(step: HumanStep, stepExecution: StepExecution, userId: string): KnownBlock[];
  /** What was sent; what is wrong with it by block id. */
  readDecision(
    step: HumanStep,
    stepExecution: StepExecution,
    userId: string,
    state: FormState,
  ): { output: JsonObject; errors: FormErrors };
  /** Puts what the engine found wrong at the fields that it is about. */
  placeErrors(schema: JsonSchema, errors: readonly FieldError[]): FormErrors;
  /** People, groups, channels and addresses as they are typed, one after another. */
  splitPeople(text: string): string[];
}
