import type { KnownBlock } from '@slack/types';
import type { Definition, Step, StepInput, StepType } from '../../domain/definition.ts';
import type { Finding } from '../../domain/finding.ts';
import type { ScenarioResult } from '../../domain/rehearsal.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { StepResources } from '../../domain/step-resources.ts';
import type { Team } from '../../domain/team.ts';
import type { ToolRef } from '../../domain/tool-server.ts';
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

/** What a form has made of a step: it, and all steps as they are to be; what is wrong by block id. */
export interface StepRead {
  step: Step;
  steps: Step[];
  errors: FormErrors;
}

/** What comes out of steps, or what a workflow asks for: `step` null. */
export interface FieldsContext {
  workflow: Workflow;
  definition: Definition;
  step: Step | null;
}

/** What of a workflow is to be changed, and what is wrong by block id, in which case nothing is. */
export interface FieldsRead {
  changes: { inputsSchema: JsonSchema } | { steps: Step[] } | null;
  errors: FormErrors;
}

/** The forms with which fields are made: of the inputs, and of what comes out of steps. */
export interface FieldForms {
  /** `about` and `text` in mrkdwn. `fields` null: the schema has no list of fields. */
  list(context: FieldsContext): {
    about: string;
    title: string;
    fields: { key: string; label: string; text: string }[] | null;
  };
  /** Of one field; key null: of a new one. */
  blocks(context: FieldsContext, key: string | null): KnownBlock[];
  read(context: FieldsContext, key: string | null, state: FormState): FieldsRead;
  /** All fields as a JSON Schema. */
  schemaBlocks(context: FieldsContext): KnownBlock[];
  readSchema(context: FieldsContext, state: FormState): FieldsRead;
}

/** The form of one condition on what came out of a step. `index`: its place among the handoffs; null for a new one. */
export interface ConditionForms {
  /** Those that the form can change; null where nothing comes out that could be looked at. */
  list(step: Step): { index: number; name: string }[] | null;
  /** Groups of inputs that stand beside each other. `asJson`: as a JSON Schema instead of rows. */
  blocks(context: StepContext, index: number | null, asJson: boolean): KnownBlock[][];
  read(context: StepContext, index: number | null, state: FormState): { steps: Step[]; errors: FormErrors };
  /** What was typed but the place among the others, for when those are no longer the same. */
  withoutPlace(state: FormState): FormState;
}

/** One thing that can come out of a step. */
export interface StepEdge {
  from: string;
  /** Null: nowhere, so that a task stops there. */
  to: { kind: 'step'; stepId: string } | { kind: 'end' } | null;
  /** Null: in any case, or in all others. */
  label: string | null;
  /** The place among the step's handoffs of the one that says so; null when none does. */
  handoff: number | null;
}

/** A finding of the check as it is shown; all texts are plain. */
export interface FindingView {
  /** Null: it is about the workflow as a whole, or about a step that is no more. */
  step: Step | null;
  says: string;
  fix: string;
  /** From the first step to where it goes wrong: titles, and what happens there. */
  way: { title: string; taken: string | null }[];
  /** The part of the step in which it is mended; 'edit' for the step as a whole, 'answer' for its fields. */
  part: string;
}

/** A workflow as a whole, to be changed. */
export interface SettingsContext {
  workflow: Workflow;
  /** Whom it can be given to. */
  teams: readonly Team[];
  /** The channel in which the cards of its tasks are posted, as people write it; '' where they go elsewhere. */
  channel: string;
}

/** What a workflow is called, what it is for, who owns it, and where the cards of its tasks are posted. */
export interface SettingsForm {
  blocks(context: SettingsContext): KnownBlock[];
  /** `channel`: as it was written, where the cards go to a channel. */
  read(
    context: SettingsContext,
    state: FormState,
  ): {
    settings: Pick<Workflow, 'name' | 'description' | 'teamId'> & {
      postTo: 'origin' | 'starter' | 'channel';
      channel: string;
    };
    errors: FormErrors;
  };
  /** What is wrong with the channel, at its input. */
  channelError(reason: string): FormErrors;
}

/** The words of Slack for what the check finds. */
export interface CheckWords {
  /** What the findings mean for the workflow. `isRefused`: somebody wanted to activate it. */
  intro(workflow: Workflow, findings: readonly Finding[], isRefused: boolean): string;
  finding(definition: Definition, finding: Finding): FindingView;
  /** How a scenario ends, with the steps as people call them. */
  scenario(definition: Definition, result: ScenarioResult): ScenarioResult;
}

/**
 * What Slack's forms and cards know of workflows, for pages to ask the same questions, to read the answers by the same
 * rules, and to say the same.
 */
export interface BoardAuthoring {
  /** In the order in which the step's menu in Slack has them. */
  parts(context: StepContext): StepPartView[];
  /** Null: there is no such part. */
  readStep(context: StepContext, part: string, state: FormState): StepRead | null;
  settings: SettingsForm;
  newWorkflowBlocks(): KnownBlock[];
  readNewWorkflow(state: FormState): { name: string; description: string; errors: FormErrors };
  /** What is filled in at the step or comes out of it, whose fields have forms of their own; null where nothing ever is. */
  answer(step: Step): { label: string; summary: string } | null;
  fields: FieldForms;
  conditions: ConditionForms;
  /** The step with another tool. Arguments are those of one tool, so that another one begins without. */
  withTool(step: Step, tool: ToolRef): Step;
  /** True where the step calls a tool that takes something, or whose server does not say. */
  takesArguments(context: StepContext): boolean;
  addBlocks(type: StepType, context: Omit<StepContext, 'step'>): KnownBlock[];
  /** @returns the step; null where `errors` say what is wrong */
  readAdd(
    type: StepType,
    context: Omit<StepContext, 'step'>,
    state: FormState,
  ): { step: StepInput | null; place: number; errors: FormErrors };
  check: CheckWords;
  edges(definition: Definition): StepEdge[];
  /** Where the step leads, in mrkdwn. */
  routes(definition: Definition, step: Step): string;
  startBlocks(workflow: Workflow, schema: JsonSchema): KnownBlock[];
  readStart(schema: JsonSchema, state: FormState): { inputs: JsonObject; errors: FormErrors };
  /** When a trigger starts a task, in mrkdwn. */
  trigger(trigger: Trigger): string;
}
