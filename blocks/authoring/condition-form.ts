import type { KnownBlock, ModalView } from '@slack/types';
import type { Definition, Handoff, Step } from '../../src/domain/definition.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { context } from '../elements.ts';
import { clip } from '../escape.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { targetOptions } from '../route-form.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import { type ConditionRow, type ConditionRows, operators, readRows } from './condition-rows.ts';
import { choiceInput, textInput } from './form-inputs.ts';
import { listOutputFields, printOutputValue } from './output-fields.ts';
import { isNamedOnly, isReadByModel } from './read-by-model.ts';
import { stepContext } from './step-context.ts';

export const conditionBlocks = {
  name: 'condition_name',
  match: 'condition_match',
  json: 'condition_json',
  to: 'condition_to',
  position: 'condition_position',
  keep: 'condition_keep',
} as const;

export interface ConditionFormOptions {
  workflow: Pick<Workflow, 'name'>;
  definition: Definition;
  step: Step;
  /** Place of the condition among the step's handoffs; null for a new one. */
  index: number | null;
  metadata: string;
  /** As a JSON Schema also where rows can say it. Default false. */
  asJson?: boolean;
}

export const maxRows = 4;
/** The choice of no field. */
export const noField = '-';

/** Asks for one condition on what came out of a step, and where it leads. */
export function conditionForm(options: ConditionFormOptions): ModalView {
  const { workflow, definition, step, index, metadata, asJson = false } = options;
  const handoff = index === null ? undefined : step.handoffs?.[index];
  const when = handoff?.when as JsonObject | undefined;
  const rows =
    when === undefined ? ({ match: 'all', rows: [] } as ConditionRows) : readRows(when, schemaOf(step));
  const shown = asJson || rows === null || rows.rows.length > maxRows ? null : rows;
  return modal({
    callbackId: authoringCallbacks.condition,
    title: handoff === undefined ? 'Add a condition' : 'Change a condition',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      stepContext(workflow, definition, step),
      textInput({
        blockId: conditionBlocks.name,
        label: 'Name',
        hint: isNameEnough(step, index)
          ? 'In words that tell it from the others, such as “The customer is angry”: a model reads the answer, and picks the condition that it means best.'
          : 'What the card calls it, such as “High risk”.',
        max: 75,
        initial: handoff?.condition ?? '',
      }),
      ...(isNameEnough(step, index) ? [] : shown === null ? [jsonBlock(when ?? {})] : rowBlocks(step, shown)),
      ...placeBlocks({ definition, step }, handoff, index),
    ],
  });
}

/** True for a condition that a model picks by its name, because the step gives free text. */
export function isNameEnough(step: Step, index: number | null): boolean {
  const handoff = index === null ? undefined : step.handoffs?.[index];
  return handoff === undefined ? isReadByModel(step) : isNamedOnly(handoff);
}

/** Ids of the blocks of one row. */
export function rowBlockIds(index: number): { field: string; operator: string; value: string } {
  const prefix = `condition_${index}`;
  return { field: `${prefix}_field`, operator: `${prefix}_operator`, value: `${prefix}_value` };
}

function rowBlocks(step: Step, { match, rows }: ConditionRows): KnownBlock[] {
  const known = listOutputFields(schemaOf(step)).map(({ path }) => path);
  const paths = [...new Set([...known, ...rows.map(({ field }) => field)])].filter(
    (path) => path.length <= 75,
  );
  const count = Math.min(Math.max(rows.length + 1, 2), maxRows);
  return [
    choiceInput({
      blockId: conditionBlocks.match,
      label: 'It is true when',
      choices: [
        ['all', 'all of these are true'],
        ['any', 'one of these is true'],
      ],
      initial: match,
    }),
    ...Array.from({ length: count }, (_, index) => rowInputs(paths, rows[index], index)).flat(),
  ];
}

function rowInputs(paths: readonly string[], row: ConditionRow | undefined, index: number): KnownBlock[] {
  const block = rowBlockIds(index);
  const number = index + 1;
  const isText = paths.length === 0;
  return [
    isText
      ? textInput({
          blockId: block.field,
          label: `Field ${number}`,
          max: 200,
          optional: index > 0,
          initial: row?.field ?? '',
        })
      : choiceInput({
          blockId: block.field,
          label: `Field ${number}`,
          optional: index > 0,
          choices: [
            ...(index > 0 ? [[noField, 'Not used'] as const] : []),
            ...paths.map((path) => [path, path] as const),
          ],
          initial: row?.field ?? (index > 0 ? noField : undefined),
        }),
    choiceInput({
      blockId: block.operator,
      label: `Comparison ${number}`,
      choices: operators,
      initial: row?.operator ?? 'is',
    }),
    textInput({
      blockId: block.value,
      label: `Value ${number}`,
      ...(index === 0
        ? { hint: 'Several are separated by commas. Empty for “is filled in” and “is empty”.' }
        : {}),
      optional: true,
      initial: row?.values.map(printOutputValue).join(', ') ?? '',
    }),
  ];
}

function jsonBlock(when: JsonObject): KnownBlock {
  const text = JSON.stringify(when, null, 2);
  const isTooLong = text.length > limits.inputLength;
  return textInput({
    blockId: conditionBlocks.json,
    label: 'Condition as a JSON Schema',
    hint: isTooLong
      ? 'It is longer than can be shown here: leave this empty to keep it.'
      : 'It says more than rows of field and value can. The output must satisfy it.',
    multiline: true,
    optional: isTooLong,
    initial: text,
  });
}

function placeBlocks(
  { definition, step }: Pick<ConditionFormOptions, 'definition' | 'step'>,
  handoff: Handoff | undefined,
  index: number | null,
): KnownBlock[] {
  const others = (step.handoffs ?? []).filter((_, other) => other !== index);
  const positions = [
    ['0', 'First'] as const,
    ...others
      .slice(0, 50)
      .map(({ condition }, at) => [String(at + 1), `After “${clip(condition, 60)}”`] as const),
  ];
  return [
    choiceInput({
      blockId: conditionBlocks.to,
      label: 'Then go to',
      choices: targetOptions(definition, step).map(({ text, value }) => [value ?? '', text.text] as const),
      initial: handoff?.to,
    }),
    choiceInput({
      blockId: conditionBlocks.position,
      label: 'Tried',
      hint: 'The first condition that is true is taken.',
      choices: positions,
      initial: String(index ?? firstFallback(others)),
    }),
    ...(handoff === undefined
      ? [context('What happens otherwise is chosen in the form before this one.')]
      : [
          choiceInput({
            blockId: conditionBlocks.keep,
            label: 'Keep this condition?',
            choices: [
              ['keep', 'Keep it'],
              ['remove', 'Remove it'],
            ],
            initial: 'keep',
          }),
        ]),
  ];
}

/** Behind the other conditions, before the routes of buttons and of what happens otherwise. */
function firstFallback(handoffs: readonly Handoff[]): number {
  const at = handoffs.findIndex(({ when }) => when === undefined);
  return at === -1 ? handoffs.length : at;
}

/** The schema of what comes out of the step. */
export function schemaOf(step: Step): JsonSchema | undefined {
  return step.outputSchema as JsonSchema | undefined;
}
