import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Trigger } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { FieldError } from '../../src/errors.ts';
import { commandButtons, commandText } from '../command-buttons.ts';
import { actions, bold, simpleMessage } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import { placeErrors } from '../form-errors.ts';
import { listFields } from '../form-field.ts';
import { formFromSchema } from '../form-from-schema.ts';
import type { Message } from '../message.ts';

const maxShown = 10;

/** In a message's thread: what it does not say that the workflow needs, with a form that has the rest. */
export function notStartedMessage(options: {
  trigger: Pick<Trigger, 'name'>;
  workflow: Workflow;
  fields: readonly FieldError[];
  /** What the message gave, as it would be typed behind `/workflow start`. */
  typed: string;
}): Message {
  const { workflow, fields, typed } = options;
  const name = clip(inline(workflow.name), 80);
  const missing = explainInputs(workflow.inputsSchema, fields);
  const start = commandText(`start ${workflow.slug}`, typed);
  return simpleMessage(
    [`This would start ${bold(workflow.name)}, but something is missing:`, ...missing].join('\n'),
    actions(
      commandButtons([
        {
          text: 'Fill in the rest',
          command: start,
          style: 'primary',
          label: `Fill in the rest to start ${name}`,
        },
      ]),
    ),
  );
}

/** What is wrong with inputs, or missing; one line of mrkdwn for each. */
export function explainInputs(inputsSchema: JsonSchema, fields: readonly FieldError[]): string[] {
  const form = formFromSchema(inputsSchema);
  const labels = new Map(listFields(form).map(({ blockId, label }) => [blockId, label]));
  const placed = Object.entries(placeErrors(form, fields)).map(
    ([blockId, why]) => `• ${bold(clip(labels.get(blockId) ?? blockId, 80))}: ${inline(why)}`,
  );
  const lines =
    placed.length > 0 ? placed : fields.map(({ path, message }) => `• ${inline(`${path} ${message}`)}`);
  const more = lines.length > maxShown ? [`… and ${lines.length - maxShown} more`] : [];
  return [...lines.slice(0, maxShown), ...more];
}
