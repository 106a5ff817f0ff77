import type { KnownBlock } from '@slack/types';
import type { Definition, Step, StepInput, StepType } from '../../domain/definition.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { StepResources } from '../../domain/step-resources.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { FormErrors, FormState } from './forms/block-inputs.ts';

/** The step that a form is about, where it stands. */
export interface StepContext {
  workflow: Workflow;
  definition: Definition;
  step: Step;
  resources: StepResources;
}

/** One part of a step, with the form that changes it and nothing else. */
export interface StepPartView {
  part: string;
  label: string;
  /** What it is now, in mrkdwn. */
  summary: string;
  blocks: KnownBlock[];
}

/** One thing that can come out of a step. */
export interface StepEdge {
  from: string;
  /** Null: nowhere, so that a task stops there. */
  to: { kind: 'step'; stepId: string } | { kind: 'end' } | null;
  /** Null: in any case, or in all others. */
  label: string | null;
}

/**
 * What Slack's forms and cards know of workflows, for pages to ask the same questions, to read the answers by the same
 * rules, and to say the same.
 */
export interface BoardAuthoring {
  /** In the order in which the step's menu in Slack has them. */
  parts(context: StepContext): StepPartView[];
  /** All steps as they are to be, with the part that was filled in; what is wrong by block id. Null: there is no such part. */
  readPart(
    context: StepContext,
    part: string,
    state: FormState,
  ): { steps: Step[]; errors: FormErrors } | null;
  addBlocks(type: StepType, context: Omit<StepContext, 'step'>): KnownBlock[];
  /** @returns the step; null where `errors` say what is wrong */
  readAdd(
    type: StepType,
    context: Omit<StepContext, 'step'>,
    state: FormState,
  ): { step: StepInput | null; place: number; errors: FormErrors };
  edges(definition: Definition): StepEdge[];
  /** Where the step leads, in mrkdwn. */
  routes(definition: Definition, step: Step): string;
  startBlocks(workflow: Workflow, schema: JsonSchema): KnownBlock[];
  readStart(schema: JsonSchema, state: FormState): { inputs: JsonObject; errors: FormErrors };
  /** When a trigger starts a task, in mrkdwn. */
  trigger(trigger: Trigger): string;
}
