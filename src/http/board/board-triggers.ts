import type { KnownBlock } from '@slack/types';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { Mapping } from '../../domain/mapping.ts';
import type { SlackTrigger, Trigger, TriggerInput, TriggerKind, TriggerOf } from '../../domain/trigger.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { ConflictError, ValidationError } from '../../errors.ts';
import type { NewSchedule } from '../../engine/triggers/schedules.ts';
import type { TriggerChanges } from '../../engine/triggers/triggers.ts';
import type { FormErrors, FormState } from './forms/block-inputs.ts';

/** A form that makes something that starts tasks. */
export interface NewTriggerForm {
  title: string;
  blocks: KnownBlock[];
}

/** One part of a trigger, with the form that changes it and nothing else. */
export interface TriggerPart {
  part: string;
  label: string;
  blocks: KnownBlock[];
}

/**
 * What Slack's forms and messages know of what starts tasks by itself, for pages to ask the same questions, to read the
 * answers by the same rules, and to say the same.
 */
export interface BoardTriggers {
  newForm(kind: TriggerKind, workflow: Workflow, viewer: { userId: string }): Promise<NewTriggerForm>;
  /** Channels are looked up in Slack. Null where the errors say what is wrong. */
  readNew(
    kind: SlackTrigger['kind'],
    workflow: Workflow,
    state: FormState,
  ): Promise<{ input: TriggerInput | null; errors: FormErrors }>;
  readNewIntake(state: FormState): { name: string; key: 'new' | 'own' };
  /** @param before what its tasks got until now, of which what the form does not show stays */
  readSchedule(
    state: FormState,
    schema: JsonSchema,
    before?: Mapping,
  ): Omit<NewSchedule, 'name' | 'postTo'> & { name: string | null };
  /** In the order in which a page has them. */
  parts(trigger: Trigger, workflow: Workflow): Promise<TriggerPart[]>;
  /** Null: there is no such part. Those of a schedule's times are read by `readSchedule`. */
  readPart(
    trigger: Trigger,
    part: string,
    workflow: Workflow,
    state: FormState,
  ): Promise<{ changes: TriggerChanges; errors: FormErrors } | null>;
  /** Puts what the engine refuses at the inputs that it is about; '' is the form as a whole. */
  placeErrors(
    kind: TriggerKind,
    error: ConflictError | ValidationError,
    inputs: readonly string[],
    schema: JsonSchema,
  ): FormErrors;
  /** What a sample text would do, in mrkdwn. Nothing is started. */
  tryText(
    trigger: SlackTrigger,
    workflow: Workflow,
    text: string,
    viewer: { userId: string },
  ): Promise<string>;
  /** What it gives the task, in mrkdwn. */
  gives(trigger: SlackTrigger | TriggerOf<'intake'>): string;
  /** What to do so that it hears the channels that it names, in mrkdwn; null where it does, or Slack does not say. */
  unheard(trigger: SlackTrigger): Promise<string | null>;
  /** What is pasted into a terminal to send work. `key` null: it is put into `BATON_KEY` first. */
  command(workflow: Workflow, intake: TriggerOf<'intake'>, key: string | null): string;
  /** What it means to delete it, as plain text. */
  deleteWords(trigger: Trigger): string;
}
