import type { ModalView } from '@slack/types';
import type { JsonObject } from '../../src/domain/json.ts';
import { type JsonSchema, findSchemaErrors } from '../../src/domain/json-schema.ts';
import type { SlackTrigger } from '../../src/domain/trigger.ts';
import { textInput } from '../authoring/form-inputs.ts';
import { section } from '../elements.ts';
import { clip } from '../escape.ts';
import { modal } from '../modal.ts';
import { describeMapped } from './inputs-form.ts';
import { explainInputs } from './not-started.ts';
import { triggerSentence } from './starters.ts';
import { triggerCallbacks } from './trigger-ids.ts';

export const tryBlock = 'trigger_sample';

/** What a sample text would do; null: it does not match. */
export interface Tried {
  text: string;
  inputs: JsonObject | null;
}

/** Asks for a sample text, and shows what the last one would do. Nothing is started. */
export function tryTriggerForm(options: {
  trigger: SlackTrigger;
  schema: JsonSchema;
  metadata: string;
  tried?: Tried;
}): ModalView {
  const { trigger, schema, metadata, tried } = options;
  return modal({
    callbackId: triggerCallbacks.tryIt,
    title: 'Try it',
    submit: 'Try',
    close: 'Close',
    metadata,
    blocks: [
      section(triggerSentence(trigger)),
      ...(tried === undefined ? [] : [section(describeTried(schema, tried))]),
      textInput({
        blockId: tryBlock,
        label: 'A sample text',
        hint: 'As somebody would write it. Nothing is started by this.',
        max: 3_000,
        multiline: true,
        initial: tried?.text ?? '',
      }),
    ],
  });
}

/** What the text would do, in mrkdwn. */
export function describeTried(schema: JsonSchema, { inputs }: Tried): string {
  if (inputs === null) return '🚫 *It would start nothing:* the text does not match.';
  const given =
    Object.keys(inputs).length === 0
      ? 'with nothing filled in'
      : `with\n${describeMapped(Object.entries(inputs))}`;
  const errors = findSchemaErrors(schema, inputs);
  if (errors.length === 0) return clip(`✅ *It would start a task* ${given}`, 2_900);
  const missing = explainInputs(schema, errors).join('\n');
  return clip(
    `⚠️ *It matches, but something is missing:*\n${missing}\nIt would answer so in the thread. It gives the task ${given}`,
    2_900,
  );
}
