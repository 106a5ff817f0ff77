import { defaultCondition, type Step } from '../../src/domain/definition.ts';
import { isJsonObject, type JsonObject } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { oneLine } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import {
  conditionBlocks,
  type ConditionFormOptions,
  isNameEnough,
  maxRows,
  noField,
  rowBlockIds,
  schemaOf,
} from './condition-form.ts';
import {
  compileRows,
  comparesNothing,
  type ConditionRow,
  type Operator,
  operators,
  readRows,
} from './condition-rows.ts';
import { readChoice } from './form-inputs.ts';
import { listOutputFields, readOutputValue } from './output-fields.ts';
import { parseSchemaText } from './schema-text.ts';

/** The step with the condition as it was typed. */
export function readConditionForm(
  { step, index }: Pick<ConditionFormOptions, 'step' | 'index'>,
  state: FormState,
): { step: Step; errors: FormErrors } {
  const handoffs = [...(step.handoffs ?? [])];
  const before = index === null ? undefined : handoffs[index];
  const errors: FormErrors = {};
  if (
    before !== undefined &&
    readChoice(state, conditionBlocks.keep, ['keep', 'remove'], 'keep') === 'remove'
  )
    return { step: { ...step, handoffs: handoffs.filter((_, other) => other !== index) } as Step, errors };
  const condition = oneLine(readText(state, conditionBlocks.name));
  if (condition === '') errors[conditionBlocks.name] = 'Please give it a name.';
  else if (condition === defaultCondition)
    errors[conditionBlocks.name] = 'This name is taken: “default” is what happens otherwise.';
  const when = isNameEnough(step, index)
    ? {}
    : { when: readWhen(step, before?.when as JsonObject | undefined, state, errors) };
  const to = state[conditionBlocks.to]?.['value']?.selected_option?.value ?? before?.to ?? '';
  if (to === '') errors[conditionBlocks.to] = 'Please choose where it leads.';
  const others = handoffs.filter((_, other) => other !== index);
  const position = readPosition(state, index, others.length);
  others.splice(position, 0, { condition, ...when, to });
  return { step: { ...step, handoffs: others } as Step, errors };
}

function readWhen(
  step: Step,
  before: JsonObject | undefined,
  state: FormState,
  errors: FormErrors,
): JsonObject {
  if (Object.hasOwn(state, conditionBlocks.json)) {
    const typed = readText(state, conditionBlocks.json);
    if (typed === '' && before !== undefined) return before;
    const parsed = parseSchemaText(typed);
    if (parsed.schema !== null) return parsed.schema;
    errors[conditionBlocks.json] = parsed.problem;
    return before ?? {};
  }
  const schema = schemaOf(step);
  const known = before === undefined ? null : readRows(before, schema);
  const rows = readTypedRows(step, state, errors);
  const match = readChoice(state, conditionBlocks.match, ['all', 'any'], known?.match ?? 'all');
  if (rows.length === 0) {
    errors['condition_0_field'] ??= 'Please fill in at least one row.';
    return before ?? {};
  }
  // A condition that says the same in other words stays as somebody wrote it.
  const isSame =
    JSON.stringify(known?.rows) === JSON.stringify(rows) && (known?.match === match || rows.length === 1);
  return before !== undefined && isSame ? before : compileRows({ match, rows });
}

function readTypedRows(step: Step, state: FormState, errors: FormErrors): ConditionRow[] {
  const fields = listOutputFields(schemaOf(step));
  const rows: ConditionRow[] = [];
  for (let index = 0; index < maxRows; index += 1) {
    const block = rowBlockIds(index);
    const input = state[block.field]?.['value'];
    const field = (input?.selected_option?.value ?? input?.value ?? '').trim();
    if (field === '' || field === noField) continue;
    if (!/^[^.\s$][^.$]*(\.[^.\s$][^.$]*)*$/.test(field))
      errors[block.field] = 'Must be the name of a field.';
    const names = operators.map(([name]) => name);
    const operator = readChoice<Operator>(state, block.operator, names, 'is');
    const typed = readText(state, block.value);
    const schema = fields.find(({ path }) => path === field)?.schema;
    const values = readValues(operator, typed, schema);
    if (!comparesNothing(operator) && typed === '')
      errors[block.value] = 'Please say what it is compared with.';
    if (isNumeric(operator) && typeof values[0] !== 'number')
      errors[block.value] ??= 'Must be a number, such as 42.';
    rows.push({ field, operator, values });
  }
  return rows;
}

function readValues(
  operator: Operator,
  typed: string,
  schema: JsonSchema | undefined,
): ConditionRow['values'] {
  if (comparesNothing(operator)) return [];
  if (isNumeric(operator)) return [/^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed];
  if (operator === 'contains') return [typed];
  if (operator === 'includes')
    return [readOutputValue(typed, isJsonObject(schema?.['items']) ? schema['items'] : undefined)];
  if (operator !== 'one_of' && operator !== 'none_of') return [readOutputValue(typed, schema)];
  const parts = typed.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').map((part) => readOutputValue(part, schema));
}

function isNumeric(operator: Operator): boolean {
  return ['at_least', 'at_most', 'more_than', 'less_than'].includes(operator);
}

function readPosition(state: FormState, index: number | null, count: number): number {
  const chosen = state[conditionBlocks.position]?.['value']?.selected_option?.value;
  const position = chosen === undefined ? (index ?? count) : Number(chosen);
  return Number.isInteger(position) && position >= 0 && position <= count ? position : count;
}
