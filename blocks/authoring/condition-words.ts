import type { JsonObject } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { clip, inline } from '../escape.ts';
import { type ConditionRow, comparesNothing, operators, readRows } from './condition-rows.ts';
import { printOutputValue } from './output-fields.ts';

const maxLength = 300;

/** "risk is high and amount is more than 500", in mrkdwn; what rows cannot say is shown as it is written. */
export function describeCondition(when: JsonObject, outputSchema: JsonSchema | undefined): string {
  const rows = readRows(when, outputSchema);
  if (rows === null) return `\`${clip(inline(JSON.stringify(when)).replaceAll('`', '’'), maxLength)}\``;
  return clip(rows.rows.map(describeRow).join(rows.match === 'all' ? ' and ' : ' or '), maxLength);
}

function describeRow({ field, operator, values }: ConditionRow): string {
  const words = operators.find(([name]) => name === operator)?.[1] ?? operator;
  if (comparesNothing(operator)) return `${inline(field)} ${words}`;
  return `${inline(field)} ${words} ${inline(values.map(printOutputValue).join(', '))}`;
}
